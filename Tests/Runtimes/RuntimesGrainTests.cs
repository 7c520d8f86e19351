using AgentManagement.Changes;
using AgentManagement.Domain.Releases;
using AgentManagement.Grains.Runtimes;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.Runtimes;
using AgentManagement.Silo.Commits;
using AgentManagement.Silo.Releases;
using AgentManagement.Silo.Runtimes;
using AgentManagement.Tenants;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Runtimes;

/// <summary>What runtimes run, on both databases.</summary>
public sealed class RuntimesGrainTests(RuntimesGrainTests.Silos silos) : IClassFixture<RuntimesGrainTests.Silos>
{
    private readonly string _tenant = Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Who_ran_what_when_is_known_by_what_runtimes_said(string kind)
    {
        var (silo, clock) = (await silos.OfAsync(kind), silos.Clock);
        var runtimes = Runtimes(silo);
        var start = clock.GetUtcNow();
        await ReportAsync(runtimes, "one", null, null, ("bot", 1), ("other", 4));
        clock.Advance(TimeSpan.FromSeconds(40));
        await ReportAsync(runtimes, "one", null, null, ("bot", 1), ("bot", 2));
        clock.Advance(TimeSpan.FromSeconds(40));
        await ReportAsync(runtimes, "one", "production", 7, ("bot", 2));
        await ReportAsync(runtimes, "two", "production", 6, ("bot", 1));

        Assert.Equal(["one 1"], await AppliedAsync(runtimes, "bot", start.AddSeconds(20)));
        Assert.Equal(["one 1", "one 2"], await AppliedAsync(runtimes, "bot", start.AddSeconds(60)));
        Assert.Equal(["one 2 production", "two 1 production"], await AppliedAsync(runtimes, "bot", null));
        Assert.Empty(await AppliedAsync(runtimes, "bot", start.AddSeconds(-20)));
        Assert.Empty(await AppliedAsync(runtimes, "other", null));

        var one = (await runtimes.GetAsync("one")).Value!;
        Assert.Equal(("production", 7, "live", 1), (one.Label, one.LabelRevision, one.Status, one.Versions));
        Assert.Equal([new("bot", 2)], one.Applied);
        Assert.Equal(["two"], (await runtimes.ListAsync("production")).Select(each => each.Instance).Skip(1));
        Assert.Empty(await runtimes.ListAsync("staging"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_report_that_says_nothing_new_is_not_written_and_one_that_does_is_read_by_the_next_activation(string kind)
    {
        var (silo, clock) = (await silos.OfAsync(kind), silos.Clock);
        var runtimes = Runtimes(silo);
        await ReportAsync(runtimes, "one", "production", 7, ("bot", 2), ("other", 1));
        // A write would put the runtime's own in its place.
        await silo.Database.ExecuteAsync("UPDATE runtime SET sdk = 'as it was' WHERE tenant_id = @_tenant", new { _tenant });
        clock.Advance(TimeSpan.FromSeconds(50));
        await ReportAsync(runtimes, "one", "production", 7, ("other", 1), ("bot", 2));
        var seen = clock.GetUtcNow();
        Assert.Equal("as it was", await silo.Database.FindAsync<string>(
            "SELECT sdk FROM runtime WHERE tenant_id = @_tenant", new { _tenant }));
        Assert.InRange((await runtimes.GetAsync("one")).Value!.SeenAt, seen.AddSeconds(-1), clock.GetUtcNow());

        await silo.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        clock.Advance(TimeSpan.FromSeconds(50));
        // Who has reported within the time before is not known any more: it has a whole time again.
        await LookAsync(silo);
        Assert.Equal("live", (await runtimes.GetAsync("one")).Value!.Status);
        await ReportAsync(runtimes, "one", "production", 7, ("bot", 2));
        Assert.Equal([new("bot", 2)], (await runtimes.GetAsync("one")).Value!.Applied);
        Assert.Empty(await AppliedAsync(runtimes, "other", null));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_runtime_that_falls_silent_is_told_of_once_and_one_that_ends_is_not(string kind)
    {
        var clock = new ShiftedClock();
        // Of its own, since its clock goes far.
        await using var silo = await StartAsync(kind, clock);
        var runtimes = Runtimes(silo);
        await ReportAsync(runtimes, "one", "production", 7, ("bot", 2));
        await ReportAsync(runtimes, "two", "production", 7, ("bot", 2));
        await ReportAsync(runtimes, "three", null, null);
        TestSilo.ActAs(_tenant, "service");
        Assert.True((await runtimes.EndAsync("two")).IsOk);
        Assert.Equal(OutcomeKind.NotFound, (await runtimes.EndAsync("two")).Kind);
        clock.Advance(Runtime.LeaseTime - TimeSpan.FromSeconds(10));
        await ReportAsync(runtimes, "three", null, null);
        await LookAsync(silo);
        Assert.Empty(await SilencesAsync(silo));

        clock.Advance(TimeSpan.FromSeconds(11));
        await LookAsync(silo);
        await LookAsync(silo);
        Assert.Equal(["runtime/one silent"], await SilencesAsync(silo));
        TestSilo.ActAs(_tenant);
        Assert.Equal(["one silent", "three live"], (await runtimes.ListAsync(null)).Select(each => $"{each.Instance} {each.Status}"));
        Assert.Empty(await AppliedAsync(runtimes, "bot", null));

        // It may come back, and fall silent again.
        await ReportAsync(runtimes, "one", "production", 8, ("bot", 2));
        Assert.Equal("live", (await runtimes.GetAsync("one")).Value!.Status);
        clock.Advance(Runtime.LeaseTime);
        await LookAsync(silo);
        Assert.Equal(3, (await SilencesAsync(silo)).Count);

        // After a day it is forgotten, and after more than a year what it ran.
        clock.Advance(RuntimeWatch.SilentKept);
        await LookAsync(silo);
        TestSilo.ActAs(_tenant);
        Assert.Empty(await runtimes.ListAsync(null));
        Assert.NotEqual(0, await CountAppliedAsync(silo));
        clock.Advance(RuntimeWatch.AppliedKept);
        await LookAsync(silo);
        Assert.Equal(0, await CountAppliedAsync(silo));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_version_that_a_runtime_runs_is_kept(string kind)
    {
        var silo = await silos.OfAsync(kind);
        var tenant = silo.Tenant(_tenant, tier: "free");
        Assert.True((await tenant.ApplyAsync("bot", new CreateAgent(Sample.Content()))).IsOk);
        var runtimes = Runtimes(silo);
        await ReportAsync(runtimes, "one", null, null, ("bot", 2));
        // Of the tier free 20 versions are kept.
        for (var edit = 0; edit < 30; edit++) await EditAsync();
        var agent = silo.Agent(_tenant, "bot");
        Assert.Equal(OutcomeKind.NotFound, (await agent.GetVersionAsync(1)).Kind);
        Assert.True((await agent.GetVersionAsync(2)).IsOk);
        await ReportAsync(runtimes, "one", null, null, ("bot", 30));
        await EditAsync();
        Assert.Equal(OutcomeKind.NotFound, (await silo.Agent(_tenant, "bot").GetVersionAsync(2)).Kind);

        async Task EditAsync()
        {
            Assert.True((await silo.Tenant(_tenant, tier: "free").ApplyAsync(
                "bot", new ReplaceAgent(Sample.Content(name: $"Name {Guid.NewGuid():n}")))).IsOk);
            await silo.Services.GetRequiredService<VersionRetention>().SweepAsync();
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_step_goes_on_once_enough_runtimes_have_it(string kind)
    {
        var silo = await silos.OfAsync(kind);
        var tenant = silo.Tenant(_tenant);
        Assert.True((await tenant.ApplyAsync("bot", new CreateAgent(Sample.Content()))).IsOk);
        Assert.True((await tenant.ApplyAsync("bot", new ReplaceAgent(Sample.Content(name: "Second")))).IsOk);
        var label = silo.Grains.GetGrain<ILabelGrain>(GrainKeys.Label(_tenant, "production"));
        Assert.True((await label.ApplyAsync(new SetLabel(new LabelPolicy()))).IsOk);
        Assert.True((await label.ApplyAsync(new RunRelease(Plan(1, null)))).IsOk);
        var made = await label.ApplyAsync(new CreateRelease(Plan(2, new Rollout([new(50_000, default, StepGate.Adoption)], false, 0.5))));
        var id = made.Value!.Release!.Id;
        Assert.Equal("not_started", (await label.GetAdoptionAsync(id)).Code);
        var started = (await label.ApplyAsync(new StartRelease(id))).Value!.Release!;
        var revision = started.LabelRevision!.Value;

        // Nobody reports; then some have not got there, or run what they should not.
        Assert.Equal("not_adopted", (await label.ApplyAsync(new AdvanceRelease(id))).Code);
        var runtimes = Runtimes(silo);
        await ReportAsync(runtimes, "late", "production", revision - 1, ("bot", 1));
        await ReportAsync(runtimes, "wrong", "production", revision, ("bot", 3));
        await ReportAsync(runtimes, "elsewhere", "staging", revision, ("bot", 1));
        await ReportAsync(runtimes, "there", "production", revision, ("bot", 1), ("bot", 2));
        var adoption = (await label.GetAdoptionAsync(id)).Value!;
        Assert.Equal((3, 1, false), (adoption.Live, adoption.Adopted, adoption.IsComplete));
        Assert.Equal([new("late", revision - 1), new("wrong", revision)], adoption.Behind);
        await ContinueAsync();
        Assert.Equal(ReleaseStatus.Running, (await label.GetReleaseAsync(id)).Value!.Status);

        await ReportAsync(runtimes, "late", "production", revision, ("bot", 2));
        await ContinueAsync();
        Assert.Equal(ReleaseStatus.Completed, (await label.GetReleaseAsync(id)).Value!.Status);

        // Then it is those who have the end of it.
        Assert.Equal((3, 0), (await label.GetAdoptionAsync(id)).Value is { } end ? (end.Live, end.Adopted) : default);
        await ReportAsync(runtimes, "late", "production", revision + 5, ("bot", 2));
        await ReportAsync(runtimes, "there", "production", revision + 5, ("bot", 2));
        await ReportAsync(runtimes, "wrong", "production", revision + 5);
        Assert.True((await label.GetAdoptionAsync(id)).Value!.IsComplete);

        async Task ContinueAsync()
        {
            await ActivatorUtilities.CreateInstance<ReleaseContinuation>(silo.Services).RunAsync(default);
            TestSilo.ActAs(_tenant);
        }

        static ReleasePlan Plan(int version, Rollout? rollout) =>
            new() { Items = [new PlannedItem("bot", version, null, ExpectsAny: true)], Rollout = rollout };
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Adoption_is_that_of_the_living_while_a_tenth_of_five_hundred_runtimes_dies(string kind)
    {
        var (silo, clock) = (await silos.OfAsync(kind), silos.Clock);
        Assert.True((await silo.Tenant(_tenant).ApplyAsync("bot", new CreateAgent(Sample.Content()))).IsOk);
        var label = silo.Grains.GetGrain<ILabelGrain>(GrainKeys.Label(_tenant, "production"));
        Assert.True((await label.ApplyAsync(new SetLabel(new LabelPolicy()))).IsOk);
        var plan = new ReleasePlan { Items = [new PlannedItem("bot", 1, null, ExpectsAny: true)] };
        var release = (await label.ApplyAsync(new RunRelease(plan))).Value!.Release!;
        var runtimes = Runtimes(silo);
        await ReportAllAsync(500, revision: 0);
        Assert.Equal((500, 0, 100), await AdoptionAsync());
        await ReportAllAsync(300, release.LabelRevision!.Value);
        Assert.Equal((500, 300, 100), await AdoptionAsync());

        // The last fifty say nothing any more.
        await ReportAllAsync(450, release.LabelRevision.Value);
        Assert.Equal((500, 450, 50), await AdoptionAsync());
        clock.Advance(Runtime.LeaseTime - TimeSpan.FromSeconds(5));
        await ReportAllAsync(450, release.LabelRevision.Value);
        clock.Advance(TimeSpan.FromSeconds(10));
        await LookAsync(silo);
        Assert.Equal((450, 450, 0), await AdoptionAsync());
        Assert.Equal(50, (await SilencesAsync(silo)).Count);
        await ForgetAsync(silo);

        async Task ReportAllAsync(int count, int revision) => await Task.WhenAll(
            Enumerable.Range(0, count).Select(number => ReportAsync(runtimes, $"r{number}", "production", revision, ("bot", 1))));

        async Task<(int, int, int)> AdoptionAsync()
        {
            TestSilo.ActAs(_tenant);
            var adoption = (await label.GetAdoptionAsync(release.Id)).Value!;
            return (adoption.Live, adoption.Adopted, adoption.Behind.Length);
        }
    }

    [Fact]
    public async Task What_is_out_of_bounds_is_refused()
    {
        var silo = await silos.OfAsync("sqlite");
        var runtimes = Runtimes(silo);
        TestSilo.ActAs(_tenant, "service");
        var fine = new RuntimeReport("one", "production", 1, "sdk", [new("bot", 1)]);
        Assert.Equal("wrong_format", Assert.Single((await runtimes.ReportAsync(fine with { Label = "Production" })).Issues).Code);
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(number => ReportAsync(runtimes, $"r{number}", "production", 1)));
        TestSilo.ActAs(_tenant, "service");
        Assert.Equal((OutcomeKind.QuotaExceeded, "too_many_runtimes"), (await runtimes.ReportAsync(fine)) is { } refused
            ? (refused.Kind, refused.Code) : default);
        await ForgetAsync(silo);
    }

    private static Task<TestSilo> StartAsync(string kind, TimeProvider clock) =>
        TestSilo.StartAsync(kind, configure: services => services.AddSingleton(clock));

    private IRuntimesGrain Runtimes(TestSilo silo)
    {
        TestSilo.ActAs(_tenant);
        return silo.Grains.GetGrain<IRuntimesGrain>(GrainKeys.Tenant(_tenant));
    }

    private async Task ReportAsync(
        IRuntimesGrain runtimes, string instance, string? label, int? revision, params (string AgentId, int Version)[] applied)
    {
        TestSilo.ActAs(_tenant, "service");
        var outcome = await runtimes.ReportAsync(new(
            instance, label, revision, "test", [.. applied.Select(each => new RunningVersion(each.AgentId, each.Version))]));
        Assert.True(outcome.IsOk);
        TestSilo.ActAs(_tenant);
    }

    private static async Task<IReadOnlyList<string>> AppliedAsync(IRuntimesGrain runtimes, string agentId, DateTimeOffset? at) =>
    [
        .. (await runtimes.ListAppliedAsync(agentId, at))
            .Select(each => $"{each.Instance} {each.Version}{(each.Label is { } label ? $" {label}" : "")}"),
    ];

    private static Task LookAsync(TestSilo silo) => ActivatorUtilities.CreateInstance<RuntimeWatch>(silo.Services).RunAsync(default);

    /// <summary>Nobody is to look, in the tests that follow, after the many of this one.</summary>
    private Task ForgetAsync(TestSilo silo) =>
        silo.Database.ExecuteAsync("DELETE FROM runtime WHERE tenant_id = @_tenant", new { _tenant });

    private static Task<long> CountAppliedAsync(TestSilo silo) =>
        silo.Database.QuerySingleAsync<long>("SELECT count(*) FROM applied_version");

    private async Task<List<string>> SilencesAsync(TestSilo silo) =>
    [
        .. (await silo.Services.GetRequiredService<IChangeLog>().ReadChangesAsync(_tenant, 0, 1_000, default))
            .Where(change => change.Kind == ChangeKind.RuntimeSilent).Select(change => $"{change.AgentId} {change.Status}"),
    ];

    public sealed class Silos : SharedSilos
    {
        internal ShiftedClock Clock { get; } = new();

        internal override Task<TestSilo> StartAsync(TestDatabase database) =>
            TestSilo.StartAsync(database, configure: services => services.AddSingleton<TimeProvider>(Clock));
    }
}
