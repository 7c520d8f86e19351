using AgentManagement.Catalog;
using AgentManagement.Domain.Json;
using AgentManagement.Grains.Catalog;

namespace AgentManagement.Tests.Storage;

/// <summary>What goes in comes out: current, old and after a restart, from either database.</summary>
public sealed class FidelityTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private const string Metadata =
        """{"z":1.0,"a":1e5,"m":[],"n":null,"big":123456789012345678901234567890,"text":"tab\tquote\" slash/ \\ é 漢 😀 </script>","":{}}""";

    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Free_objects_keep_order_numbers_and_text(string kind)
    {
        var silo = await silos.OfAsync(kind);
        var content =
            new JsonText($$"""{"name":"Bot","type":"rag","config":{"limits":null,"metadata":{{Metadata}}},"metadata":{{Metadata}}}""");
        var made = await silo.Tenant(_tenant).ApplyAsync("bot", new CreateAgent(content));
        Assert.True(made.IsOk, made.Detail);
        await silo.Tenant(_tenant).ApplyAsync("bot", new ReplaceAgent(Sample.Content()));
        await silos.StopAsync(kind);
        var again = await silos.OfAsync(kind);
        var first = (await again.Agent(_tenant, "bot").GetVersionAsync(1)).Value!;
        Assert.Equal(Metadata, first.Metadata.Text);
        Assert.Equal($$"""{"limits":null,"metadata":{{Metadata}}}""", first.Config.Text);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Lists_page_through_all_agents_once_in_every_order(string kind)
    {
        var silo = await silos.OfAsync(kind);
        // Names that fold and collate differently, two of them equal.
        string[] names = ["beta", "Alpha", "ALPHA", "émile", "zeta", "10", "9", "_x"];
        for (var index = 0; index < names.Length; index++)
        {
            await silo.Tenant(_tenant).ApplyAsync($"bot-{index}", new CreateAgent(Sample.Content(names[index])));
        }
        foreach (var sort in Enum.GetValues<AgentSort>())
        {
            var up = await AllAsync(silo, new() { Limit = 3, Sort = sort });
            Assert.Equal(names.Length, up.Distinct().Count());
            Assert.Equal(up.Reverse(), await AllAsync(silo, new() { Limit = 3, Sort = sort, Descending = true }));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Lists_filter_by_tags_text_type_and_status(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await silo.Tenant(_tenant).ApplyAsync("bot", new CreateAgent(Sample.Content("Straße % _ bot")));
        await silo.Tenant(_tenant).ApplyAsync("old", new CreateAgent(Sample.Content("Old")));
        await silo.Tenant(_tenant).ApplyAsync("old", new ArchiveAgent());

        Assert.Equal(["bot"], await AllAsync(silo, new()));
        Assert.Equal(["old"], await AllAsync(silo, new() { Status = AgentStatus.Archived }));
        Assert.Equal(["bot"], await AllAsync(silo, new() { Tags = ["a", "b"] }));
        Assert.Empty(await AllAsync(silo, new() { Tags = ["a", "c"] }));
        Assert.Equal(["bot"], await AllAsync(silo, new() { Text = "STRASSE".Replace("SS", "ß", StringComparison.Ordinal) + " % _" }));
        Assert.Empty(await AllAsync(silo, new() { Text = "%b" }));
        Assert.Empty(await AllAsync(silo, new() { Type = AgentType.Rag }));
    }

    private async Task<string[]> AllAsync(TestSilo silo, AgentQuery query)
    {
        TestSilo.ActAs(_tenant);
        var catalog = silo.Grains.GetGrain<ICatalogGrain>(GrainKeys.Tenant(_tenant));
        List<string> ids = [];
        do
        {
            var page = (await catalog.ListAgentsAsync(query)).Value!;
            Assert.True(page.Items.Length <= query.Limit);
            ids.AddRange(page.Items.Select(item => item.Id));
            Assert.True(ids.Count < 100, $"The list by {query.Sort} does not end: {string.Join(' ', ids.Take(20))}");
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return [.. ids];
    }
}
