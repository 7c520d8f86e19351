using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Tests.Housekeeping;

/// <summary>What a cluster does once, it does as long as any silo lives, and no job waits for another.</summary>
public sealed class HousekeepingGrainTests
{
    [Fact]
    public async Task A_job_that_fails_runs_again_and_one_that_hangs_stops_no_other()
    {
        var (hangs, fails) = (new Job(() => new TaskCompletionSource().Task), new Job(() => throw new IOException()));
        await using var silo = await TestSilo.StartAsync("sqlite", configure: services =>
        {
            services.AddSingleton<IHousekeepingJob>(hangs);
            services.AddSingleton<IHousekeepingJob>(fails);
        });
        await Await.Until(() => fails.Runs >= 3, "the job runs again and again");
        Assert.Equal(1, hangs.Runs);
    }

    [Fact]
    public async Task Every_ping_has_the_last_measurement_and_only_silos_may_ask()
    {
        await using var silo = await TestSilo.StartAsync("sqlite");
        var grain = silo.Grains.GetGrain<IHousekeepingGrain>(GrainKeys.Platform);
        await Await.Until(
            async () =>
            {
                Caller.Current = Caller.Silo;
                return await grain.PingAsync() is { Tasks.Count: 0, BrokenLogs: 0 };
            },
            "the first measurement");
        TestSilo.ActAs("acme");
        await Assert.ThrowsAsync<AccessDeniedException>(grain.PingAsync);
    }

    [Fact]
    public async Task One_silo_of_a_cluster_does_the_jobs_and_when_it_ends_another_goes_on()
    {
        var clusterId = $"test-{Guid.NewGuid():n}";
        var (first, second) = (new Job(() => Task.CompletedTask), new Job(() => Task.CompletedTask));
        await using var database = await TestDatabase.CreateAsync("sqlite");
        Task<TestSilo> StartAsync(Job job) => TestSilo.StartAsync(
            database, change: settings => settings with { RedisUri = TestServers.Redis, ClusterId = clusterId },
            configure: services => services.AddSingleton<IHousekeepingJob>(job));
        TestSilo two;
        await using (await StartAsync(first))
        {
            await Await.Until(() => first.Runs > 0, "the first silo does the job");
            two = await StartAsync(second);
            var before = first.Runs;
            await Await.Until(() => first.Runs > before, "it goes on with it");
            Assert.Equal(0, second.Runs);
        }
        await using (two) await Await.Until(() => Task.FromResult(second.Runs > 0), "the second silo does the job");
    }

    private sealed class Job(Func<Task> run) : IHousekeepingJob
    {
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public TimeSpan Interval => TimeSpan.FromMilliseconds(1);

        public async Task RunAsync(CancellationToken stopping)
        {
            Interlocked.Increment(ref _runs);
            await run().WaitAsync(stopping);
        }
    }
}
