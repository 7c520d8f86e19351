using System.Globalization;
using AgentManagement.Bench.Crash;
using AgentManagement.Silo.Commits;

namespace AgentManagement.Tests.Bench;

/// <summary>The service dies at each named point of a commit, in a process of its own, and is written to again.</summary>
[Trait(Apart.Name, Apart.Value)]
public sealed class CommitDeathTests
{
    // In its first life a service makes the tenants' rows; later ones die after those batches in which the last death is made good.
    private const int FirstBatch = 1;
    private const int LaterBatch = 60;

    [Theory, MemberData(nameof(BenchDatabase.Kinds), MemberType = typeof(BenchDatabase))]
    public async Task Whatever_was_acknowledged_is_there_once_and_whatever_was_not_is_resolved_by_its_key(string kind)
    {
        // Making tenants comes first, as there are no new ones later.
        CommitPoint[] points =
            [CommitPoint.TenantsMade, CommitPoint.Gathered, CommitPoint.Locked, CommitPoint.Committed, CommitPoint.Answered];
        Assert.Equal(Enum.GetValues<CommitPoint>().Order(), points.Order());

        var report = await CrashExperiment.RunAsync(
            new(BenchDatabase.Of(kind), Rounds: points.Length)
            {
                Death = round => DeathAt(points[round - 1], round == 1 ? FirstBatch : LaterBatch),
            },
            TextWriter.Null);

        Assert.True(report.IsGood, string.Join('\n', report.Problems));
        Assert.Equal((0, 0), (report.Lost, report.Doubled));
        Assert.InRange(report.Replayed, 1, report.Unresolved);
    }

    internal static Dictionary<string, string> DeathAt(CommitPoint point, int batch) => new()
    {
        ["DOTNET_STARTUP_HOOKS"] = typeof(CommitDeathTests).Assembly.Location,
        [StartupHook.Variable] = string.Create(CultureInfo.InvariantCulture, $"{point} {batch}"),
    };
}
