using AgentManagement.Client;
using AgentManagement.Tests.Support;
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
    public async Task What_others_refer_to_goes_by_force_alone_and_the_problem_names_them()
    {
        var (tenant, handoff) = (Gateway.NewTenant(), JsonDocument.Parse("""{"handoffs":[{"agentId":"bot"}]}""").RootElement);
        var admin = Client("admin", tenant);
        await admin.Agents.CreateAsync(new("Bot", "rag", Config) { Id = "bot" });
        await admin.Agents.CreateAsync(new("Desk", "rag", handoff) { Id = "desk" });
        var refusal = await Assert.ThrowsAsync<ApiException>(() => admin.Agents.ArchiveAsync("bot"));
        Assert.Equal("in_use", refusal.Code);
        Assert.Equal(new AgentManagement.Client.Referrer("agent", "desk"), Assert.Single(refusal.Problem.Referrers!));
        var editor = await Assert.ThrowsAsync<ApiException>(() => Client(tenant: tenant).Agents.ArchiveAsync("bot", force: true));
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, editor.Status);

        Assert.False((await admin.Agents.DryRun.ArchiveAsync("bot")).Valid);
        Assert.True((await admin.Agents.DryRun.ArchiveAsync("bot", force: true)).Valid);
        await admin.Agents.ArchiveAsync("bot", force: true);
        await Assert.ThrowsAsync<ApiException>(() => admin.Agents.PurgeAsync("bot"));
        await admin.Agents.PurgeAsync("bot", force: true);
        Assert.Null(await admin.Agents.FindAsync("bot"));
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

    [Fact]
    public async Task Versions_are_released_to_labels_watched_and_taken_back()
    {
        var tenant = Gateway.NewTenant();
        var (maker, admin) = (Client("admin", tenant, subject: "maker"), Client("admin", tenant, subject: "other"));
        foreach (var id in new[] { "one", "two" })
        {
            await maker.Agents.CreateAsync(new("Bot", "rag", Config) { Id = id });
            await maker.Agents.PatchAsync(id, JsonDocument.Parse("""{"name":"Other"}""").RootElement);
        }
        var label = await maker.Labels.SetAsync("production", new() { Description = "Customers", Checks = ["evaluation"] });
        label = await maker.Labels.SetAsync("production", label.ToPolicy() with { Approvals = 1 }, new() { IfMatch = label.Version });
        Assert.Equal(("Customers", 1, "evaluation"), (label.Description, label.Approvals, Assert.Single(label.Checks)));

        var plan = new ReleasePlan("production", [new("one", 1), new("two", 2) { Expect = 0 }])
        {
            Rollout = new([new(50_000, Gate: "approval"), new(75_000, TimeSpan.FromMinutes(90))], "rollback"), Note = "First",
        };
        var tried = await maker.Releases.DryRun.CreateAsync(plan);
        Assert.Equal(["approval_required", "check_missing", "check_missing"], tried.Gates.Select(gate => gate.Code));
        Assert.Empty(await ToListAsync(maker.Releases.ListAsync()));
        var release = await maker.Releases.CreateAsync(plan);
        Assert.Equal([null, null], release.Items.Select(item => item.Expect));
        Assert.Equal((TimeSpan.FromMinutes(90), "rollback"), (release.Rollout!.Steps[1].MinDuration, release.Rollout.OnFailure));
        release = await maker.Releases.PatchAsync(release.Id, JsonDocument.Parse("""{"note":"The first"}""").RootElement);
        foreach (var item in release.Items)
        {
            Assert.True((await admin.Releases.ReportCheckAsync(item.Agent, item.Version!.Value, new("evaluation", Ok: true))).Ok);
        }
        Assert.Equal(["evaluation"], (await admin.Releases.ListChecksAsync("one", 1)).Select(check => check.Name));
        Assert.Equal([("one", null, 1), ("two", null, 2)],
            (await admin.Releases.DiffAsync(release.Id)).Select(each => (each.Agent, each.From, each.To)).ToArray<(string, int?, int?)>());
        release = await admin.Releases.ApproveAsync(release.Id, release.PlanHash, "Read");
        Assert.Equal(("ready", "other"), (release.Status, release.Approvals[0].By));

        Assert.True((await admin.Releases.DryRun.StartAsync(release.Id)).Valid);
        Assert.Equal(0, (await admin.Releases.StartAsync(release.Id)).Step);
        Assert.Equal("paused", (await admin.Releases.PauseAsync(release.Id)).Status);
        Assert.Equal("running", (await admin.Releases.ResumeAsync(release.Id)).Status);
        Assert.Equal(1, (await admin.Releases.AdvanceAsync(release.Id)).Step);
        Assert.False((await admin.Releases.DryRun.AdvanceAsync(release.Id)).Valid);
        var assigned = (await admin.Labels.FindAssignmentsAsync("production"))!.Items;
        Assert.Equal([("one", 1, 75_000), ("two", 2, 75_000)], assigned.Select(each => (each.Agent, each.Candidate!.Value, each.Weight)));
        var reported = await admin.Releases.ReportAsync(release.Id, new("answers", Ok: false, Value: 0.6));
        Assert.Equal(("rolled_back", true), (reported.Status, reported.HasEnded));
        Assert.Empty((await admin.Labels.FindAssignmentsAsync("production"))!.Items);

        var urgent = await admin.Releases.BypassAsync(plan with { Rollout = null }, "Fire.");
        Assert.Equal(("bypass", "completed", "Fire."), (urgent.Kind, urgent.Status, urgent.Reason));
        Assert.True((await admin.Releases.DryRun.RollBackAsync(urgent.Id, "Out.")).Valid);
        Assert.Equal("rolled_back", (await admin.Releases.RollBackAsync(urgent.Id, "Out.")).Status);
        var other = await maker.Releases.CreateAsync(plan with { Rollout = null });
        Assert.Equal("rejected", (await admin.Releases.RejectAsync(other.Id, other.PlanHash, "No.")).Status);
        other = await maker.Releases.CreateAsync(plan with { Rollout = null });
        Assert.Equal("cancelled", (await maker.Releases.CancelAsync(other.Id)).Status);
        Assert.Equal([other.Id], (await ToListAsync(maker.Releases.ListAsync(new() { Status = "cancelled" }))).Select(each => each.Id));

        await admin.Labels.SetAsync("staging", new());
        Assert.Equal("completed", (await admin.Labels.AssignAsync("staging", "one", 2, "Try")).Status);
        await Assert.ThrowsAsync<ApiException>(() => admin.Labels.DeleteAsync("staging"));
        Assert.Equal(2, (await admin.Labels.FindAssignmentsAsync("staging"))!.Items[0].Stable);
        await admin.Labels.AssignAsync("staging", "one", version: null);
        await admin.Labels.DeleteAsync("staging");
        Assert.Equal(["production"], (await admin.Labels.ListAsync()).Select(each => each.Name));
        Assert.Null(await admin.Labels.FindAsync("staging"));
        Assert.Null(await admin.Releases.FindAsync($"rel_{new string('0', 32)}"));
    }

    [Fact]
    public async Task A_cache_chooses_the_versions_that_the_service_would_and_follows_releases()
    {
        var tenant = Gateway.NewTenant();
        var (admin, service) = (Client("admin", tenant), Client("service", tenant));
        await admin.Agents.CreateAsync(new("Bot", "rag", Config) { Id = "bot" });
        await admin.Agents.PatchAsync("bot", JsonDocument.Parse("""{"name":"Other"}""").RootElement);
        await admin.Agents.PatchAsync("bot", JsonDocument.Parse("""{"name":"Third"}""").RootElement);
        await admin.Labels.SetAsync("production", new());
        await admin.Labels.AssignAsync("production", "bot", 1);
        await using var cache = new AgentCache(service, new(tenant));
        await cache.StartAsync();
        Assert.Equal("Bot", Assert.Single((await cache.ResolveAsync("production", ["bot"])).Items).Agent.Name);

        var release = await admin.Releases.CreateAsync(
            new("production", [new("bot", 2)]) { Rollout = new([new(50_000, Gate: "approval")]) });
        await admin.Releases.StartAsync(release.Id);
        var revision = (await admin.Labels.FindAssignmentsAsync("production"))!.Revision;
        await Await.Until(
            async () => (await cache.ResolveAsync("production", ["bot"], "user")).LabelRevision == revision, "the cache has heard of it");
        var variants = new HashSet<string>();
        for (var user = 0; user < 20; user++)
        {
            var chosen = Assert.Single((await cache.ResolveAsync("production", ["bot"], $"user-{user}")).Items);
            var there = Assert.Single((await service.Configurations.ResolveAsync(tenant, "production", ["bot"], $"user-{user}")).Items);
            Assert.Equal((there.Version, there.Variant, there.Release), (chosen.Agent.Version, chosen.Variant, chosen.Release));
            variants.Add(chosen.Variant);
        }
        Assert.Equal(2, variants.Count);
        Assert.Equal(50_000, Assert.Single((await service.Configurations.FindRulesAsync(tenant, "production"))!.Items).Weight);

        await admin.Releases.RollBackAsync(release.Id, "Worse");
        await Await.Until(
            async () => (await cache.ResolveAsync("production", ["bot"], "user-1")).LabelRevision > revision, "the cache has heard of it");
        Assert.Equal((1, "stable"), Only(await cache.ResolveAsync("production", ["bot"])));

        static (int, string) Only(LabelledAgents resolved) => (resolved.Items[0].Agent.Version, resolved.Items[0].Variant);
    }

    private AgentManagementClient Client(string role = "editor", string? tenant = null, string? subject = null) =>
        new(subject is null ? gateway.Client(role, tenant) : gateway.Client(role, tenant, subject: subject), new());

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        await foreach (var item in items) all.Add(item);
        return all;
    }
}
