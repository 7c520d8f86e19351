using AgentManagement.Bench.Crash;
using AgentManagement.Bench.Follow;
using AgentManagement.Bench.Hostile;
using AgentManagement.Bench.Import;
using AgentManagement.Bench.Isolation;
using AgentManagement.Bench.Jobs;
using AgentManagement.Bench.Load;
using AgentManagement.Bench.Quota;
using AgentManagement.Bench.Releases;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using AgentManagement.Bench.Templates;
using AgentManagement.Silo.Commits;

namespace AgentManagement.Tests.Bench;

/// <summary>The experiments of bench/ in their short form, on the real service in a process of its own.</summary>
[Collection(nameof(BenchTests))]
public sealed class BenchTests(BenchServices services, ITestOutputHelper output)
{
    // On PostgreSQL, and at each point of a commit: CommitDeathTests.
    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_when_the_service_is_killed() =>
        Check(await CrashExperiment.RunAsync(new(DataLocation.Sqlite, Rounds: 2, EarliestKill: 500), TextWriter.Null));

    [Theory, MemberData(nameof(BenchDatabase.Kinds), MemberType = typeof(BenchDatabase))]
    public async Task Concurrent_requests_meet_a_limit_exactly(string kind)
    {
        var database = BenchDatabase.Of(kind);
        var report = await new QuotaExperiment().RunAsync(new(database, Rounds: 2), await services.OnAsync(database), TextWriter.Null);
        Check(report);
        Assert.Equal((100, 300), (report.Created, report.Refused));
    }

    [Fact]
    public async Task Real_agents_are_upgraded_without_losing_an_edit()
    {
        var path = RealAgents.FindPath();
        if (path is null) Assert.Skip($"There is no file of real agents; {RealAgents.PathVariable} names it.");
        Check(await new UpgradeExperiment().RunAsync(
            new(DataLocation.Sqlite, path, MaxAgents: 10, Tenants: 2), seed: 1, await services.OnAsync(DataLocation.Sqlite),
            TextWriter.Null));
    }

    [Fact]
    public async Task Subscribers_get_every_change_in_order_when_the_service_and_redis_are_killed()
    {
        if (!RedisServer.IsInstalled) Assert.Skip("Needs redis-server, which ./test installs where it may.");
        // Writing takes 5 seconds at least, and in the first 2 in which the service runs both are killed.
        var report = await new FollowExperiment().RunAsync(
            new(DataLocation.Sqlite, Changes: 200, Tenants: 4, MaxDelay: 1) { Pause = TimeSpan.FromMilliseconds(100) }, TextWriter.Null);
        Check(report);
        Assert.True(report is { ServiceKills: > 0, RedisKills: > 0 },
            $"The service was killed {report.ServiceKills} times, Redis {report.RedisKills} times.");
    }

    [Fact]
    public async Task Imports_end_and_each_line_is_done_once_when_the_service_is_killed()
    {
        var report = await new JobsExperiment().RunAsync(new(DataLocation.Sqlite, Kills: 2), TextWriter.Null);
        Check(report);
        Assert.InRange(report.KillsAtWork, 1, 2);
    }

    [Fact]
    public async Task Releases_end_and_each_step_is_applied_once_when_the_service_dies_in_it()
    {
        // Of a life's commits. A release has five, which make it, start it, go on with it twice, and complete it: before the first one
        // come those of its agents and its label, before the second one the three that the first one has left.
        (CommitPoint Point, int Commit)[] deaths = [(CommitPoint.Locked, 5 + 3), (CommitPoint.Committed, 3 + 4)];
        var report = await ReleasesExperiment.RunAsync(
            new(DataLocation.Sqlite, deaths.Length)
            {
                Death = round => CommitDeathTests.DeathAt(deaths[round - 1].Point, deaths[round - 1].Commit),
            },
            TextWriter.Null);
        Check(report);
        Assert.Equal((2, 6), (report.Releases, report.Steps));
    }

    [Fact]
    public async Task Hostile_requests_are_refused_and_change_nothing() =>
        Check(await new HostileExperiment().RunAsync(
            new(DataLocation.Sqlite, Requests: 300), await services.OnAsync(DataLocation.Sqlite), TextWriter.Null));

    [Fact]
    public async Task Intruders_read_hear_and_change_nothing_of_another_tenant() =>
        Check(await new IsolationExperiment().RunAsync(
            new(DataLocation.Sqlite, Attempts: 1_000), await services.OnAsync(DataLocation.Sqlite), TextWriter.Null));

    [Fact]
    public async Task A_tenant_far_above_its_rate_is_refused_and_its_neighbour_is_not()
    {
        var report = await new NeighbourExperiment()
            .RunAsync(new(DataLocation.Sqlite, Rounds: 1, Phase: TimeSpan.FromSeconds(2)), TextWriter.Null);
        Check(report);
        // Of two minutes' rate in the first phase nothing is left for the next.
        Assert.InRange(report.Refused, 1, report.Noise);
    }

    private void Check(ExperimentReport report)
    {
        using var text = new StringWriter();
        report.Print(text);
        output.WriteLine(text.ToString());
        Assert.True(report.IsGood, text.ToString());
    }
}
