using System.Data.Common;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Releases;
using AgentManagement.Grains.Storage;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.Silo.Commits;
using AgentManagement.Silo.Releases;
using AgentManagement.Tenants;
using Dapper;

namespace AgentManagement.Tests.Labels;

/// <summary>Labels and their releases, on both databases.</summary>
public sealed class LabelGrainTests(LabelGrainTests.Silos silos) : IClassFixture<LabelGrainTests.Silos>
{
    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_release_of_a_hundred_agents_is_one_revision_and_nobody_sees_half_of_it(string kind)
    {
        var silo = await silos.OfAsync(kind);
        var ids = Enumerable.Range(0, 100).Select(number => $"bot-{number}").ToImmutableArray();
        foreach (var id in ids)
        {
            await MakeAsync(silo, id);
            await EditAsync(silo, id, "Second.");
        }
        var label = await LabelAsync(silo);
        await RunAsync(label, [.. ids.Select(id => Item(id, 1))]);
        using var end = new CancellationTokenSource();
        var cuts = new List<string>();
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            TestSilo.ActAs(_tenant, "service");
            while (!end.IsCancellationRequested)
            {
                var resolved = (await label.ResolveAsync([ids[0], ids[42], ids[99]], key: null)).Value!;
                lock (cuts) cuts.Add($"{resolved.Revision}: {string.Join(' ', resolved.Items.Select(item => item.Version))}");
            }
        })).ToList();
        TestSilo.ActAs(_tenant);
        var before = (await silo.Services.GetRequiredService<IChangeLog>().ReadRevisionAsync(_tenant));

        await RunAsync(label, [.. ids.Select(id => Item(id, 2))]);

        TestSilo.ActAs(_tenant);
        Assert.Equal(before + 1, await silo.Services.GetRequiredService<IChangeLog>().ReadRevisionAsync(_tenant));
        await end.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Empty(cuts.Except(["2: 1 1 1", "3: 2 2 2"]));
        Assert.Equal(100, (await label.GetAssignmentsAsync()).Value!.Items.Length);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_the_label_has_is_in_the_table_and_follows_from_the_log(string kind)
    {
        var silo = await silos.OfAsync(kind);
        foreach (var id in new[] { "one", "two", "three" }) await MakeAsync(silo, id, edits: 3);
        var label = await LabelAsync(silo);
        await RunAsync(label, [Item("one", 1), Item("two", 2)]);
        var rollout = new Rollout([new(5_000, default, StepGate.Approval)], false);
        var gradual = await CreateAsync(label, [Item("one", 2), Item("three", 3)], rollout);
        await DoAsync(label, new StartRelease(gradual.Id));
        Assert.Equal(await TableAsync(silo), await FoldAsync(silo));
        Assert.Equal("one 1>2@5000, three >3@5000, two 2@0", await TableAsync(silo));
        await DoAsync(label, new AdvanceRelease(gradual.Id));
        Assert.Equal("one 2@0, three 3@0, two 2@0", await TableAsync(silo));
        await DoAsync(label, new RollbackRelease(gradual.Id, "Worse."));
        await RunAsync(label, [Item("two", null)]);
        Assert.Equal("one 1@0", await TableAsync(silo));
        Assert.Equal(await TableAsync(silo), await FoldAsync(silo));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_version_that_a_label_has_cannot_go(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await MakeAsync(silo, "bot", edits: 1);
        var label = await LabelAsync(silo);
        await RunAsync(label, [Item("bot", 1)]);
        // Of the tier free 20 versions are kept.
        for (var edit = 0; edit < 30; edit++)
        {
            Assert.True((await silo.Tenant(_tenant, tier: "free").ApplyAsync(
                "bot", new ReplaceAgent(Sample.Content(name: $"Name {edit}")))).IsOk);
        }
        await silo.Services.GetRequiredService<VersionRetention>().SweepAsync();
        var agent = silo.Agent(_tenant, "bot");
        Assert.Equal(OutcomeKind.NotFound, (await agent.GetVersionAsync(2)).Kind);
        Assert.True((await agent.GetVersionAsync(1)).IsOk);
        Assert.Equal(
            "unknown_version", Assert.Single((await ApplyAsync(label, new CreateRelease(Plan([Item("bot", 2)])))).Issues).Code);

        // Nor by being archived and purged, not even by force.
        var archived = await silo.Tenant(_tenant).ApplyAsync("bot", new ArchiveAgent());
        Assert.Equal(("in_use", new Referrer("label", "production")), (archived.Code, Assert.Single(archived.Referrers)));
        Assert.True((await silo.Tenant(_tenant).ApplyAsync("bot", new ArchiveAgent { Force = true })).IsOk);
        Assert.Equal("in_use", (await silo.Tenant(_tenant).ApplyAsync("bot", new PurgeAgent { Force = true })).Code);
        await RunAsync(label, [Item("bot", null)]);
        Assert.True((await silo.Tenant(_tenant).ApplyAsync("bot", new PurgeAgent())).IsOk);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_purge_and_a_release_at_once_leave_no_label_with_a_version_that_is_not_there(string kind)
    {
        var silo = await silos.OfAsync(kind);
        var label = await LabelAsync(silo);
        for (var round = 0; round < 20; round++)
        {
            var id = $"bot-{round}";
            await MakeAsync(silo, id);
            Assert.True((await silo.Tenant(_tenant).ApplyAsync(id, new ArchiveAgent())).IsOk);
            Assert.True((await silo.Tenant(_tenant).ApplyAsync(id, new RestoreAgent())).IsOk);
            var release = Task.Run(() => ApplyAsync(label, new RunRelease(Plan([Item(id, 1)]))));
            var purge = Task.Run(async () =>
            {
                await silo.Tenant(_tenant).ApplyAsync(id, new ArchiveAgent());
                return await silo.Tenant(_tenant).ApplyAsync(id, new PurgeAgent());
            });
            await Task.WhenAll(release, purge);
            TestSilo.ActAs(_tenant);
            var has = (await label.GetAssignmentsAsync()).Value!.Items.Any(item => item.AgentId == id);
            Assert.Equal(has, (await silo.Agent(_tenant, id).GetVersionAsync(1)).IsOk && !(await purge).IsOk);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Housekeeping_starts_what_is_due_and_goes_on_with_rollouts_but_never_before_their_time(string kind)
    {
        var clock = new ShiftedClock();
        await using var silo = await TestSilo.StartAsync(kind, configure: services => services.AddSingleton<TimeProvider>(clock));
        await MakeAsync(silo, "bot", edits: 1);
        var label = await LabelAsync(silo);
        var plan = Plan([Item("bot", 2)], new Rollout([new(10_000, TimeSpan.FromMinutes(1), null)], false)) with
        {
            StartAt = clock.GetUtcNow().AddMinutes(5),
        };
        var release = (await ApplyAsync(label, new CreateRelease(plan))).Value!.Release!;
        Assert.Equal("ready", release.Status);

        Assert.Equal("ready", await ContinueAsync(TimeSpan.FromMinutes(4)));
        Assert.Equal("running", await ContinueAsync(TimeSpan.FromMinutes(2)));
        // Nobody watched for an hour: of it no more counts than lies between two looks.
        Assert.Equal("running", await ContinueAsync(TimeSpan.FromHours(1)));
        Assert.Equal("running", await ContinueAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("completed", await ContinueAsync(TimeSpan.FromSeconds(20)));

        async Task<string> ContinueAsync(TimeSpan later)
        {
            clock.Advance(later);
            var jobs = silo.Services.GetServices<Silo.Housekeeping.IHousekeepingJob>().OfType<ReleaseContinuation>();
            await jobs.Single().RunAsync(CancellationToken.None);
            TestSilo.ActAs(_tenant);
            return (await label.GetReleaseAsync(release.Id)).Value!.Status;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_repeated_request_has_its_first_answer_and_one_release(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await MakeAsync(silo, "bot");
        var label = await LabelAsync(silo);
        var command = new CreateRelease(Plan([Item("bot", 1)])) { Options = new() { Idempotency = new("key", "print") } };
        var first = (await ApplyAsync(label, command)).Value!;
        var second = (await ApplyAsync(label, command)).Value!;
        Assert.Equal((first.Release!.Id, true), (second.Release!.Id, second.Replayed));
        Assert.Single((await label.GetAsync()).Value!.Unfinished);
        Assert.Equal("idempotency_key_reused",
            (await ApplyAsync(label, command with { Options = new() { Idempotency = new("key", "other") } })).Code);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_label_asks_for_checks_and_for_the_label_before(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await MakeAsync(silo, "bot", edits: 1);
        var staging = await LabelAsync(silo, "staging");
        var label = await LabelAsync(silo, policy: new() { From = "staging", Checks = ["tests", "review"], Approvals = 1 });
        var made = (await ApplyAsync(label, new CreateRelease(Plan([Item("bot", 2)])))).Value!;
        Assert.Equal("open", made.Release!.Status);
        Assert.Equal(
            ["approval_required", "check_missing", "check_missing", "not_promoted"], made.Gates.Select(gate => gate.Code));

        await RunAsync(staging, [Item("bot", 2)]);
        var catalog = silo.Grains.GetGrain<AgentManagement.Catalog.ICatalogGrain>(GrainKeys.Tenant(_tenant));
        Assert.True((await catalog.ReportCheckAsync("bot", 2, "tests", true, null)).IsOk);
        Assert.True((await catalog.ReportCheckAsync("bot", 2, "review", false, new("https://example.com/1"))).IsOk);
        Assert.Equal(OutcomeKind.NotFound, (await catalog.ReportCheckAsync("bot", 9, "tests", true, null)).Kind);
        var release = made.Release!;
        ActAs("ben");
        var approved = (await label.ApplyAsync(new ApproveRelease(release.Id, release.PlanHash, "Good."))).Value!;
        Assert.Equal("check_failed", Assert.Single(approved.Gates).Code);
        Assert.Equal("check_failed", (await label.ApplyAsync(new StartRelease(release.Id))).Code);
        Assert.True((await catalog.ReportCheckAsync("bot", 2, "review", true, null)).IsOk);
        Assert.Equal("completed", (await label.ApplyAsync(new StartRelease(release.Id))).Value!.Release!.Status);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Those_who_wrote_what_is_released_are_known(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await MakeAsync(silo, "bot");
        ActAs("ana");
        Assert.True((await silo.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(_tenant)).ApplyAsync(
            "bot", new ReplaceAgent(Sample.Content(name: "Ana's")))).IsOk);
        var label = await LabelAsync(silo);
        Assert.Equal(["ana", "tester"], (await CreateAsync(label, [Item("bot", 2)])).Authors);
    }

    private void ActAs(string subject, string role = "admin") =>
        Caller.Current = new Caller(_tenant, subject, role, "enterprise", "test");

    private static PlannedItem Item(string agentId, int? version) => new(agentId, version, null, ExpectsAny: true);

    private static ReleasePlan Plan(ImmutableArray<PlannedItem> items, Rollout? rollout = null) =>
        new() { Items = items, Rollout = rollout };

    private async Task MakeAsync(TestSilo silo, string id, int edits = 0)
    {
        Assert.True((await silo.Tenant(_tenant).ApplyAsync(id, new CreateAgent(Sample.Content()))).IsOk);
        for (var edit = 0; edit < edits; edit++) await EditAsync(silo, id, $"Edit {edit}.");
    }

    private async Task EditAsync(TestSilo silo, string id, string text) =>
        Assert.True((await silo.Tenant(_tenant).ApplyAsync(id, new ReplaceAgent(Sample.Content(text: text)))).IsOk);

    private async Task<ILabelGrain> LabelAsync(TestSilo silo, string name = "production", LabelPolicy? policy = null)
    {
        TestSilo.ActAs(_tenant);
        var label = silo.Grains.GetGrain<ILabelGrain>(GrainKeys.Label(_tenant, name));
        Assert.True((await label.ApplyAsync(new SetLabel(policy ?? new()))).IsOk);
        return label;
    }

    private Task<Outcome<LabelChange>> ApplyAsync(ILabelGrain label, LabelCommand command)
    {
        TestSilo.ActAs(_tenant);
        return label.ApplyAsync(command);
    }

    private async Task<Release> DoAsync(ILabelGrain label, LabelCommand command)
    {
        var outcome = await ApplyAsync(label, command);
        Assert.True(outcome.IsOk, outcome.Detail);
        return outcome.Value.Release!;
    }

    private Task<Release> CreateAsync(ILabelGrain label, ImmutableArray<PlannedItem> items, Rollout? rollout = null) =>
        DoAsync(label, new CreateRelease(Plan(items, rollout)));

    private async Task RunAsync(ILabelGrain label, ImmutableArray<PlannedItem> items) =>
        Assert.Equal("completed", (await DoAsync(label, new RunRelease(Plan(items)))).Status);

    private async Task<string> TableAsync(TestSilo silo)
    {
        var rows = await silo.Database.QueryAsync<Row>(
            "SELECT agent_id, stable, candidate, weight FROM label_assignment WHERE tenant_id = @_tenant ORDER BY agent_id",
            new { _tenant });
        return string.Join(", ", rows.Select(row => Text(row.AgentId, row.Stable, row.Candidate, row.Weight)));
    }

    private async Task<string> FoldAsync(TestSilo silo)
    {
        var fold = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var change in await silo.Services.GetRequiredService<IChangeLog>().ReadChangesAsync(_tenant, 0, 1_000, default))
        {
            foreach (var item in change.Step?.Items ?? [])
            {
                if (item is { Stable: null, Candidate: null }) fold.Remove(item.AgentId);
                else fold[item.AgentId] = Text(item.AgentId, item.Stable, item.Candidate, item.Weight);
            }
        }
        return string.Join(", ", fold.Values);
    }

    private static string Text(string agentId, int? stable, int? candidate, int weight) =>
        $"{agentId} {stable}{(candidate is null ? "" : $">{candidate}")}@{weight}";

    /// <summary>Silos with room for a hundred agents of a tenant.</summary>
    public sealed class Silos : SharedSilos
    {
        internal override Task<TestSilo> StartAsync(TestDatabase database) => TestSilo.StartAsync(database, maximumAgents: 200);
    }

    private sealed class Row
    {
        public string AgentId { get; set; } = "";
        public int? Stable { get; set; }
        public int? Candidate { get; set; }
        public int Weight { get; set; }
    }
}
