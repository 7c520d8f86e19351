using AgentManagement.Client;
using AgentManagement.Tests.WebGateway;
using AgentContent = AgentManagement.Client.AgentContent;

namespace AgentManagement.Tests.Client;

/// <summary>The client and the real service.</summary>
[Collection(typeof(GatewayTests))]
public sealed class ServiceTests(Gateway gateway)
{
    private static readonly JsonElement Config = JsonDocument.Parse(
        """{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0}},"instructions":{"template":"Help."}}""").RootElement;

    [Fact]
    public async Task An_agent_lives_from_its_creation_to_its_purge()
    {
        var client = Client("admin");
        var made = await client.Agents.CreateAsync(new("Bot", "rag", Config) { Id = "bot", Tags = ["a"], Icon = "🤖" });
        Assert.Equal((1, "draft", "🤖"), (made.Version, made.Status, made.Icon));
        Assert.Equal("0", made.Config.GetProperty("model").GetProperty("params").GetProperty("temperature").GetRawText());

        var replaced = await client.Agents.ReplaceAsync("bot", made.ToContent() with { Name = "Bot 2" }, new() { IfMatch = 1 });
        var stale = await Assert.ThrowsAsync<ApiException>(
            () => client.Agents.ReplaceAsync("bot", made.ToContent() with { Name = "Bot 3" }, new() { IfMatch = 1 }));
        Assert.Equal((2, 412, (int?)2), (replaced.Version, (int)stale.Status, stale.CurrentVersion));

        var merged = await client.Agents.ReplaceAsync(
            "bot", made.ToContent() with { Description = "New" }, new() { IfMatch = 1, Merge = true });
        Assert.Equal(("Bot 2", "New"), (merged.Name, merged.Description));

        Assert.Equal("active", (await client.Agents.ActivateAsync("bot", "Now")).Status);
        Assert.Equal("inactive", (await client.Agents.DeactivateAsync("bot")).Status);
        Assert.Equal("Bot", (await client.Agents.RollBackAsync("bot", 1, "Back")).Name);
        Assert.Equal("copy", (await client.Agents.CloneAsync("bot", "Copy", "copy")).Id);
        Assert.Contains("/name", (await client.Agents.DiffAsync("bot", 1, 2)).Select(difference => difference.Path));
        Assert.Equal("texts_changed", Assert.Single(await client.Agents.RisksAsync("bot", 1, 2)).Code);
        var history = await ToListAsync(client.Agents.ListVersionsAsync("bot"));
        Assert.Equal([6, 5, 4, 3, 2, 1], history.Select(version => version.Version));

        await client.Agents.ArchiveAsync("bot");
        Assert.Equal(["copy"], (await ToListAsync(client.Agents.ListAsync())).Select(agent => agent.Id));
        Assert.NotEqual("archived", (await client.Agents.RestoreAsync("bot")).Status);
        await client.Agents.ArchiveAsync("bot");
        await client.Agents.PurgeAsync("bot");
        Assert.Null(await client.Agents.FindAsync("bot"));
        Assert.Equal("agent_purged", (await ToListAsync(client.Audit.ListAsync(new() { AgentId = "bot" })))[0].Kind);
    }

    [Fact]
    public async Task Content_that_is_not_valid_is_told_field_by_field_before_and_when_it_is_written()
    {
        var client = Client();
        var content = new AgentContent("Bot", "rag", JsonDocument.Parse("""{"limits":{"maxIterations":0}}""").RootElement);
        var validation = await client.Agents.ValidateAsync(content);
        Assert.Contains("/config/limits/maxIterations", validation.Issues.Select(issue => issue.Pointer));
        Assert.False((await client.Agents.DryRun.ReplaceAsync("bot", content)).Valid);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => client.Agents.CreateAsync(content));
        Assert.Contains("/config/limits/maxIterations", refusal.Problem.Errors!.Select(error => error.Pointer));
        Assert.Null(await client.Agents.FindAsync("bot"));
    }

    [Fact]
    public async Task Templates_make_agents_and_lines_go_out_and_in()
    {
        var tenant = Gateway.NewTenant();
        var client = Client(tenant: tenant);
        var agent = await client.Templates.InstantiateAsync("customer_service", "Desk", "desk",
            JsonDocument.Parse("""{"brand":"Acme","contact":"help@acme.example"}""").RootElement);
        Assert.Equal("customer_service", agent.TemplateId);
        await client.Templates.CreateAsync(new("Mine", "rag", JsonDocument.Parse("{}").RootElement) { Id = "mine" });
        Assert.Contains("mine", (await client.Templates.ListAsync()).Select(template => template.Id));
        Assert.Equal((await client.Tenant.GetAsync()).Id, tenant);

        using var lines = new MemoryStream();
        await using (var export = await client.Tasks.ExportAsync()) await export.CopyToAsync(lines);
        var other = Client();
        var task = await other.Tasks.WaitAsync((await other.Tasks.ImportAsync(lines.ToArray())).Id);
        Assert.Equal("completed", task.Status);
        Assert.Equal(agent.Config.GetRawText(), (await other.Agents.FindAsync("desk"))!.Config.GetRawText());
    }

    private AgentManagementClient Client(string role = "editor", string? tenant = null) => new(gateway.Client(role, tenant), new());

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        await foreach (var item in items) all.Add(item);
        return all;
    }
}
