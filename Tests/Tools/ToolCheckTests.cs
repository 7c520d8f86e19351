using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Tasks;
using AgentManagement.Tasks;
using AgentManagement.Tests.Tasks;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Tools;

/// <summary>Agents whose tools do not work any more are found, marked, and told of.</summary>
public sealed class ToolCheckTests : IClassFixture<ToolCheckTests.Silos>
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly string _task = TaskId.New();
    private readonly Silos _silos;
    private readonly RegistryServer _server;

    public ToolCheckTests(Silos silos)
    {
        (_silos, _server) = (silos, silos.Server);
        _server.Fault = null;
        _server.Tools.Clear();
        foreach (var id in (string[])["mail", "search"]) _server.Add(id);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Agents_that_use_a_retired_tool_are_marked_listed_and_told_and_unmarked_when_it_is_back(string kind)
    {
        var silo = await _silos.OfAsync(kind, _tenant);
        await CreateAsync(silo, "plain");
        await CreateAsync(silo, "both", "mail", "search");
        await CreateAsync(silo, "good", "mail");
        var other = Gateway.NewTenant();
        await CreateInAsync(silo, other, "theirs", "search");
        await CreateAsync(silo, "gone", "search");
        await silo.Silo.Tenant(_tenant).ApplyAsync("gone", new ArchiveAgent());
        var revision = await RevisionAsync(silo);
        _server.Add("search", "retired");

        var ended = await CheckAsync(silo);
        Assert.Equal((2, """{"checked":2,"degradedCount":1,"degraded":[{"id":"both","tools":["search"]}]}"""),
            (ended.Total, ended.Result!.Value.Text));
        Assert.Equal(["search"], (await AgentAsync(silo, "both")).Degraded);
        Assert.Equal(("agent_degraded", "both", "system", "silo"), (await silo.LogAsync())[^1]);
        Assert.Equal(["both"], await ListAsync(silo, degraded: true));
        Assert.Equal(["good", "plain"], await ListAsync(silo, degraded: false));
        var told = Assert.Single(await ChangesAsync(silo, revision));
        Assert.Equal(("agent_degraded", "search", "/degraded"),
            (told.Kind, string.Join(' ', told.Details!.Degraded), string.Join(' ', told.Details.Fields)));
        Assert.Equal(1, await RevisionAsync(silo, other));

        // Again: nothing new.
        await CheckAsync(silo, TaskId.New());
        Assert.Equal(revision + 1, await RevisionAsync(silo));

        _server.Add("search");
        var recovered = await CheckAsync(silo, TaskId.New());
        Assert.Equal(0, recovered.Count("degradedCount"));
        Assert.Equal(("agent_recovered", "both", "system", "silo"), (await silo.LogAsync())[^1]);
        Assert.Empty(await ListAsync(silo, degraded: true));
        Assert.Empty((await AgentAsync(silo, "both")).Degraded);
    }

    [Fact]
    public async Task A_live_agent_with_a_retired_tool_can_have_its_prompt_corrected()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await _silos.StartAsync(database);
        await CreateAsync(silo, "bot", "mail", "search");
        var tenant = silo.Silo.Tenant("acme");
        Assert.True((await tenant.ApplyAsync("bot", new ActivateAgent(null))).IsOk);
        _server.Add("search", "retired");
        Assert.True(_server.Tools.TryRemove(("*", "mail"), out _));
        // What it said before is not kept for so long.
        silo.Clock.Advance(TimeSpan.FromDays(1));

        var corrected = await EditAsync("""{"instructions":{"template":"Better."}}""");
        Assert.Equal(["tool_not_found", "tool_retired"], corrected.Issues.Select(issue => issue.Code).Order());
        // Of what the registry does not know nobody has said yet that it is gone.
        Assert.Equal(["search"], (await AgentAsync(silo, "bot")).Degraded);
        Assert.Equal(["bot"], await ListAsync(silo, degraded: true));

        Assert.Equal(OutcomeKind.Invalid, (await EditAsync("""{"tools":[{"id":"search"},{"id":"absent"}]}""")).Kind);
        Assert.True((await silo.Silo.Tenant("acme").ApplyAsync("bot", new DeactivateAgent(null))).IsOk);
        Assert.Equal(OutcomeKind.Invalid, (await silo.Silo.Tenant("acme").ApplyAsync("bot", new ActivateAgent(null))).Kind);

        Task<Outcome<AgentChange>> EditAsync(string config) =>
            silo.Silo.Tenant("acme").ApplyAsync("bot", new PatchAgent(new($"{{\"config\":{config}}}")));
    }

    [Fact]
    public async Task An_edit_that_removes_the_tool_takes_it_out_of_the_lists()
    {
        var silo = await _silos.OfAsync("sqlite", _tenant);
        await CreateAsync(silo, "bot", "mail", "search");
        _server.Add("mail", "retired");
        _server.Add("search", "retired");
        await CheckAsync(silo);
        Assert.Equal(["mail", "search"], (await AgentAsync(silo, "bot")).Degraded);

        await silo.Silo.Tenant(_tenant).ApplyAsync("bot", new PatchAgent(new("""{"config":{"tools":[{"id":"mail"}]}}""")));
        Assert.Equal(["mail"], (await AgentAsync(silo, "bot")).Degraded);
        await silo.Silo.Tenant(_tenant).ApplyAsync("bot", new PatchAgent(new("""{"config":{"tools":null}}""")));
        Assert.Empty(await ListAsync(silo, degraded: true));
    }

    [Fact]
    public async Task A_draft_whose_tool_the_registry_never_had_is_not_degraded_and_an_active_agent_whose_tool_is_gone_is()
    {
        var silo = await _silos.OfAsync("sqlite", _tenant);
        await CreateAsync(silo, "draft", "never-there");
        await CreateAsync(silo, "live", "search");
        Assert.True((await silo.Silo.Tenant(_tenant).ApplyAsync("live", new ActivateAgent(null))).IsOk);
        _server.Tools.Clear();
        await CheckAsync(silo);
        Assert.Equal(["live"], await ListAsync(silo, degraded: true));
        Assert.Empty((await AgentAsync(silo, "draft")).Degraded);
    }

    [Fact]
    public async Task Many_agents_are_few_questions_and_no_question_is_answered_from_the_cache()
    {
        var silo = await _silos.OfAsync("sqlite", _tenant);
        foreach (var number in Enumerable.Range(0, 25)) await CreateAsync(silo, $"bot-{number:00}", "mail", "search");
        _server.Add("mail", "retired");
        var asked = _server.Requests;
        Assert.Equal(25, (await CheckAsync(silo)).Count("degradedCount"));
        Assert.InRange(_server.Requests - asked, 2, 25 / 2);
    }

    [Fact]
    public async Task While_the_registry_cannot_be_asked_nothing_is_marked_or_unmarked_and_the_task_fails()
    {
        var silo = await _silos.OfAsync("sqlite", _tenant);
        await CreateAsync(silo, "bot", "search");
        var before = await silo.LogAsync();
        _server.Fault = RegistryServer.Answer(200, "{}");
        await silo.StartAsync(_task, new CheckTools());
        foreach (var _ in TaskRules.RetryDelays)
        {
            Assert.False((await silo.StepAsync(_task)).IsFinished);
            silo.Clock.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Equal("internal_error", (await silo.StepAsync(_task)).Error?.Code);
        Assert.Equal(before, await silo.LogAsync());
        // The breaker, which may be open, does not count it any more in the tests that follow.
        silo.Clock.Advance(TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task What_is_edited_while_the_registry_is_asked_is_looked_at_again()
    {
        var silo = await _silos.OfAsync("sqlite", _tenant);
        await CreateAsync(silo, "bot", "search");
        _server.Add("search", versions: [("2.0", "active")], status: "active");
        await silo.Silo.Tenant(_tenant)
            .ApplyAsync("bot", new PatchAgent(new("""{"config":{"tools":[{"id":"search","version":"1.0"}]}}""")));
        await silo.StartAsync(_task, new CheckTools());
        var edits = 0;
        _server.Fault = async (server, http) =>
        {
            server.Fault = null;
            edits++;
            await silo.Silo.Tenant(_tenant)
                .ApplyAsync("bot", new PatchAgent(new("""{"config":{"tools":[{"id":"search","version":"2.0"}]}}""")));
            await RegistryServer.Answer(
                200, """{"tools":[{"id":"search","status":"active","versions":[{"version":"2.0","status":"active"}]}]}""")(server, http);
        };

        await silo.FinishAsync(_task);

        Assert.Equal(1, edits);
        Assert.Empty((await AgentAsync(silo, "bot")).Degraded);
    }

    [Fact]
    public async Task A_mark_takes_no_version_from_anybody()
    {
        var silo = await _silos.OfAsync("sqlite", _tenant);
        await CreateAsync(silo, "bot", "search");
        // Beyond what the least tier keeps, in which the service marks.
        for (var number = 0; number < 25; number++) await silo.Silo.Tenant(_tenant)
            .ApplyAsync("bot", new PatchAgent(new($$"""{"name":"{{number}}"}""")));
        _server.Add("search", "retired");
        await CheckAsync(silo);
        Assert.Equal(27, (await AgentAsync(silo, "bot")).Version);
        Assert.True((await silo.Silo.Agent(_tenant, "bot").GetVersionAsync(1)).IsOk);
    }

    [Fact]
    public async Task Nobody_marks_but_the_service_itself()
    {
        var silo = await _silos.OfAsync("sqlite", _tenant);
        await CreateAsync(silo, "bot", "search");
        foreach (var role in Permissions.ByRole.Keys)
        {
            await Assert.ThrowsAsync<AccessDeniedException>(() => silo.Silo.Tenant(_tenant, role)
                .ApplyAsync("bot", new MarkDegraded(["search"])));
        }
        Assert.Empty((await AgentAsync(silo, "bot")).Degraded);
    }

    [Fact]
    public async Task Once_a_day_the_service_itself_checks_where_tools_are_used()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await _silos.StartAsync(database);
        await using var twin = await _silos.StartAsync(database);
        await silo.KeepAsync();
        await CreateAsync(silo, "bot", "search");
        await CreateInAsync(silo, "other", "plain");
        silo.Queue.TakeAll();
        foreach (var each in (TaskSilo[])[silo, twin]) each.Clock.Advance(TimeSpan.FromDays(1));

        await silo.KeepAsync();
        await silo.KeepAsync();
        await twin.KeepAsync();

        var entry = await silo.Queue.NextAsync();
        Assert.Equal(("acme", TaskKind.Tools), (entry.TenantId, entry.Kind));
        Assert.Single(await silo.Store.ListAsync("acme", default, null, 10, default));
        Assert.Empty(await silo.Store.ListAsync("other", default, null, 10, default));
        _server.Add("search", "retired");
        await silo.FinishAsync(entry.TaskId);
        Assert.Equal(("agent_degraded", "bot", "system", "silo"), (await silo.LogAsync())[^1]);
    }

    [Fact]
    public async Task Without_a_registry_nothing_is_checked()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        var made = await silo.Silo.Tenant("acme").ApplyAsync("bot", new CreateAgent(Content("absent")));
        Assert.True(made.IsOk);
        Assert.DoesNotContain(made.Issues, issue => issue.Code.StartsWith("tool_", StringComparison.Ordinal));
        var ended = await CheckAsync(silo);
        Assert.Equal((TaskStatusName.Completed, 0), (ended.Status, ended.Total));
        await silo.KeepAsync();
        Assert.Single(await silo.Store.ListAsync("acme", default, null, 10, default));
    }

    internal static JsonText Content(params IEnumerable<string> tools) => new(
        """{"name":"Bot","type":"conversational","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},"tools":"""
        + JsonSerializer.Serialize(tools.Select(id => new { id })) + "}}");

    private static Task CreateAsync(TaskSilo silo, string agentId, params string[] tools) =>
        CreateInAsync(silo, silo.TenantId, agentId, tools);

    private static async Task CreateInAsync(TaskSilo silo, string tenantId, string agentId, params string[] tools)
    {
        var made = await silo.Silo.Tenant(tenantId).ApplyAsync(agentId, new CreateAgent(Content(tools)));
        Assert.True(made.IsOk, made.Code);
    }

    private async Task<TaskInfo> CheckAsync(TaskSilo silo, string? taskId = null)
    {
        await silo.StartAsync(taskId ?? _task, new CheckTools(), role: "editor");
        var ended = await silo.FinishAsync(taskId ?? _task);
        Assert.Equal(TaskStatusName.Completed, ended.Status);
        return ended;
    }

    private static async Task<Agent> AgentAsync(TaskSilo silo, string agentId) =>
        (await silo.Silo.Agent(silo.TenantId, agentId).GetAsync()).Value!;

    private static async Task<string[]> ListAsync(TaskSilo silo, bool degraded)
    {
        TestSilo.ActAs(silo.TenantId, "viewer");
        var page = await silo.Silo.Grains.GetGrain<ICatalogGrain>(GrainKeys.Tenant(silo.TenantId))
            .ListAgentsAsync(new AgentQuery { Degraded = degraded });
        Assert.All(page.Value!.Items, agent => Assert.Equal(degraded, !agent.Degraded.IsEmpty));
        return [.. page.Value.Items.Select(agent => agent.Id).Order(StringComparer.Ordinal)];
    }

    private static async Task<long> RevisionAsync(TaskSilo silo, string? tenantId = null) =>
        (await silo.Silo.Tenant(tenantId ?? silo.TenantId).GetAsync()).Revision;

    private static async Task<ImmutableArray<ChangeEvent>> ChangesAsync(TaskSilo silo, long since)
    {
        TestSilo.ActAs(silo.TenantId, "viewer");
        var feed = silo.Silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(silo.TenantId));
        return (await feed.ReadAsync(new FeedRequest { Since = since })).Value!.Changes;
    }

    /// <summary>They ask a registry that the tests share, too.</summary>
    public sealed class Silos : SharedTaskSilos, IAsyncLifetime
    {
        internal RegistryServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await RegistryServer.StartAsync();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Server.DisposeAsync();
        }

        internal Task<TaskSilo> StartAsync(TestDatabase database) =>
            TaskSilo.StartAsync(database, change: settings => settings with { ToolRegistryUrl = Server.Address });

        private protected override Task<TaskSilo> StartAsync(TestDatabase database, bool isSecond) => StartAsync(database);
    }
}
