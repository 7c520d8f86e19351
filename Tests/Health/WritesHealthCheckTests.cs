using AgentManagement.Grains.Storage;
using AgentManagement.Silo.Health;
using AgentManagement.Silo.Storage;
using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Tests.Health;

/// <summary>Whether writes are done, where nobody writes any more.</summary>
public sealed class WritesHealthCheckTests
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task After_a_failed_write_an_idle_service_finds_out_by_itself_that_the_database_is_back(string kind)
    {
        await using var silo = await TestSilo.StartAsync(kind);
        var (clock, database) = (new ShiftedClock(), silo.Services.GetRequiredService<Database>());
        var watch = new StorageWatch(clock);
        var check = new WritesHealthCheck(watch, database, clock);
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(check));
        Assert.Equal(0, await ProbesAsync(database));

        watch.NoteWrite(null, 0);
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync(check));
        Assert.Equal(0, await ProbesAsync(database));
        clock.Advance(WritesHealthCheck.Belief);
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(check));
        Assert.Equal((1, null), (await ProbesAsync(database), watch.FailedAt));
    }

    [Fact]
    public async Task While_the_database_takes_no_writes_the_probe_fails()
    {
        await using var silo = await TestSilo.StartAsync("sqlite");
        var (clock, database) = (new ShiftedClock(), silo.Services.GetRequiredService<Database>());
        await using (var connection = await database.Source.OpenConnectionAsync())
        {
            await connection.ExecuteAsync(
                "CREATE TRIGGER full BEFORE INSERT ON write_probe BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        }
        var watch = new StorageWatch(clock);
        watch.NoteWrite(null, 0);
        clock.Advance(WritesHealthCheck.Belief);
        await Assert.ThrowsAnyAsync<Exception>(() => StatusAsync(new WritesHealthCheck(watch, database, clock)));
        Assert.NotNull(watch.FailedAt);
    }

    private static async Task<HealthStatus> StatusAsync(WritesHealthCheck check) =>
        (await check.CheckHealthAsync(new HealthCheckContext(), CancellationToken.None)).Status;

    private static Task<long> ProbesAsync(Database database) => database.QuerySingleAsync<long>("SELECT count(*) FROM write_probe");
}
