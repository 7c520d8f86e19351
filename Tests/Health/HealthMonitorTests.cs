using AgentManagement.Operations;
using AgentManagement.Silo.Health;
using AgentManagement.Silo.Observability;
using AgentManagement.Silo.Storage;
using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Tests.Health;

/// <summary>What a silo answers about its parts, and what asking costs.</summary>
public sealed class HealthMonitorTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Behind_a_server_that_is_stuck_one_check_waits_however_many_ask()
    {
        var stuck = new TaskCompletionSource<HealthCheckResult>();
        var checks = 0;
        await using var services = Services(
            ("stuck", () => { Interlocked.Increment(ref checks); return stuck.Task; }
        ),
            ("well", () => Task.FromResult(HealthCheckResult.Healthy())));
        var monitor = services.GetRequiredService<HealthMonitor>();

        for (var round = 0; round < 3; round++)
        {
            var asked = Enumerable.Range(0, 20).Select(_ => monitor.AskAsync()).ToList();
            Assert.DoesNotContain(asked, each => each.IsCompleted);
            await Await.Until(
                () => Task.FromResult(_clock.TimersIn(HealthMonitor.Timeout) == asked.Count), "all wait for the stuck server only");
            _clock.Advance(HealthMonitor.Timeout);
            foreach (var each in asked)
            {
                Assert.Equal(
                    [("stuck", false, "does not answer"), ("well", true, null)], Parts(await Await.For(each, "an answer in time")));
            }
        }
        Assert.Equal(1, checks);

        stuck.SetResult(HealthCheckResult.Healthy());
        await Await.Until(async () => (await monitor.AskAsync())[0].Healthy, "the server that answers again is healthy");
    }

    [Fact]
    public async Task Each_part_says_since_when_it_has_been_so()
    {
        var isHealthy = true;
        await using var services =
            Services(("server", () => Task.FromResult(isHealthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("is ill"))));
        var monitor = services.GetRequiredService<HealthMonitor>();
        var start = _clock.GetUtcNow();
        async Task<(bool, string?, TimeSpan)> AskAsync()
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            var part = Assert.Single(await monitor.AskAsync());
            return (part.Healthy, part.Detail, part.Since!.Value - start);
        }
        Assert.Equal((true, null, TimeSpan.FromSeconds(1)), await AskAsync());
        Assert.Equal((true, null, TimeSpan.FromSeconds(1)), await AskAsync());
        isHealthy = false;
        Assert.Equal((false, "is ill", TimeSpan.FromSeconds(3)), await AskAsync());
        Assert.Equal((false, "is ill", TimeSpan.FromSeconds(3)), await AskAsync());
        isHealthy = true;
        Assert.Equal((true, null, TimeSpan.FromSeconds(5)), await AskAsync());
    }

    [Fact]
    public async Task An_exceptions_text_stays_in_the_log()
    {
        await using var services = Services(("server", () => throw new InvalidOperationException("host 10.1.2.3 refused user postgres")));
        Assert.Equal([("server", false, "does not answer")], Parts(await services.GetRequiredService<HealthMonitor>().AskAsync()));
    }

    [Theory, InlineData(60, 0, null), InlineData(61, 0, "the oldest has waited for 61 s"), InlineData(0, 30, null),
        InlineData(0, 31, "could not be measured for 31 s")]
    public async Task What_waits_too_long_is_told_and_so_is_a_measurement_that_is_missing(int age, int measuredBefore, string? detail)
    {
        var ages = new BacklogAges();
        var check = new BacklogHealthCheck(ages, BacklogAges.Changes, TimeSpan.FromMinutes(1), _clock);
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new())).Status);
        ages.Record(BacklogAges.Changes, TimeSpan.FromSeconds(age), _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromSeconds(measuredBefore));
        var result = await check.CheckHealthAsync(new());
        Assert.Equal((detail is null, detail), (result.Status == HealthStatus.Healthy, result.Description));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_schema_that_a_newer_program_has_changed_is_told(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var health = silo.Grains.GetGrain<IHealthGrain>(IHealthGrain.Key);
        Assert.All(await health.CheckAsync(), part => Assert.True(part.Healthy, part.Name));
        Assert.Equal(["changes", "database", "maintenance", "schema", "tasks", "writes"], (await health.CheckAsync())
            .Select(part => part.Name).Order());

        await using var connection = await silo.Services.GetRequiredService<Database>().Source.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "INSERT INTO schema_version (version, name, checksum, applied_at) VALUES (9999, '9999_later', 'x', 'now')");
        var schema = (await health.CheckAsync()).Single(part => part.Name == "schema");
        Assert.False(schema.Healthy);
        Assert.Contains("newer", schema.Detail, StringComparison.Ordinal);
    }

    private static IEnumerable<(string, bool, string?)> Parts(IEnumerable<HealthPart> parts) =>
        parts.Select(part => (part.Name, part.Healthy, part.Detail));

    private ServiceProvider Services(params (string Name, Func<Task<HealthCheckResult>> Check)[] checks)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<HealthMonitor>();
        var builder = services.AddHealthChecks();
        foreach (var (name, check) in checks) builder.AddAsyncCheck(name, check);
        return services.BuildServiceProvider();
    }
}
