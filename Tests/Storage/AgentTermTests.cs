using AgentManagement.Templates;
using Dapper;

namespace AgentManagement.Tests.Storage;

/// <summary>The rows by which lists find agents are those of each agent as it is.</summary>
public sealed class AgentTermTests
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Labels_follow_every_change_of_their_agent(string kind)
    {
        await using var silo = await TestSilo.StartAsync(kind);
        await silo.Tenant("acme").ApplyAsync("bot", new CreateAgent(Content("""["red","two words"]""")));
        await silo.Tenant("acme").ApplyAsync("other", new CreateAgent(Content("""["red"]""")));
        Assert.Equal(
            ["bot model openai/gpt-5-mini", "bot tag red", "bot tag two words", "other model openai/gpt-5-mini", "other tag red"],
            await LabelsAsync(silo));

        await silo.Tenant("acme").ApplyAsync("bot", new PatchAgent(new("""{"tags":["blue"]}""")));
        await silo.Tenant("acme").ApplyAsync("other", new ArchiveAgent());
        await silo.Tenant("acme").ApplyAsync("other", new PurgeAgent());
        Assert.Equal(["bot model openai/gpt-5-mini", "bot tag blue"], await LabelsAsync(silo));

        await silo.Tenant("acme").ApplyTemplateAsync("desk", new CreateTemplate(Template("bot", "bot")));
        Assert.Contains("template/desk handoff bot", await LabelsAsync(silo));
        await silo.Tenant("acme").ApplyTemplateAsync("desk", new ReplaceTemplate(Template()));
        Assert.DoesNotContain(await LabelsAsync(silo), label => label.StartsWith("template/", StringComparison.Ordinal));
        await silo.Tenant("acme").ApplyTemplateAsync("desk", new ReplaceTemplate(Template("other")));
        Assert.Contains("template/desk handoff other", await LabelsAsync(silo));
        await silo.Tenant("acme").ApplyTemplateAsync("desk", new DeleteTemplate());
        Assert.Equal(["bot model openai/gpt-5-mini", "bot tag blue"], await LabelsAsync(silo));
    }

    private static JsonText Content(string tags) =>
        new($$$$"""{"name":"Bot","type":"rag","tags":{{{{tags}}}},"config":{"model":{"provider":"openai","id":"gpt-5-mini"}}}""");

    private static JsonText Template(params string[] handoffs)
    {
        var items = string.Join(',', handoffs.Select(id => $$"""{"agentId":"{{id}}"}"""));
        return new($$"""{"name":"Desk","type":"rag","config":{"handoffs":[{{items}}]} }""");
    }

    private static async Task<IEnumerable<string>> LabelsAsync(TestSilo silo)
    {
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        var rows = await connection.QueryAsync<string>("SELECT agent_id || ' ' || kind || ' ' || value FROM agent_term");
        return rows.Order(StringComparer.Ordinal);
    }
}
