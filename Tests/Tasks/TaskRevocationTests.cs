using AgentManagement.ApiKeys;
using AgentManagement.Changes;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tasks;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.Tests.Tasks;

/// <summary>In the name of a key or of a user that was revoked nothing is done any more.</summary>
public sealed class TaskRevocationTests(TaskRevocationTests.Silos silos) : IClassFixture<TaskRevocationTests.Silos>
{
    private const string Key = "0123456789abcdef";

    private readonly string _tenant = Gateway.NewTenant();
    private readonly string _task = TaskId.New();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_task_ends_with_the_step_after_its_key_was_revoked_and_what_it_did_stays(string kind)
    {
        var silo = await silos.OfAsync(kind, _tenant);
        var keys = silo.Silo.Grains.GetGrain<IApiKeysGrain>(GrainKeys.Tenant(_tenant));
        TestSilo.ActAs(_tenant);
        Assert.True((await keys.ApplyAsync(new CreateApiKey(
            new string('a', 64), "importer", ["agents:read", "agents:write"], null)
        { KeyId = Key })).IsOk);
        Caller.Current = new(_tenant, ChangeSubject.OfApiKey(Key), Caller.KeyRole, "enterprise", "c")
        {
            Granted = ["agents:read", "agents:write"],
        };
        var upload = TaskId.New();
        await silo.Silo.Grains.GetGrain<ITaskGrain>(GrainKeys.Task(_tenant, upload))
            .AddLinesAsync(new(0, TaskSilo.Lines([.. Enumerable.Range(0, 30).Select(number => $"bot-{number}")])));
        Assert.True((await silo.Silo.Grains.GetGrain<ITaskGrain>(GrainKeys.Task(_tenant, _task)).StartAsync(
            new ImportAgents(upload, 30))).IsOk);
        Assert.False((await silo.StepAsync(_task)).IsFinished);
        var done = (await silo.GetAsync(_task)).Value!.Done;
        Assert.InRange(done, 1, 29);

        TestSilo.ActAs(_tenant);
        Assert.True((await keys.ApplyAsync(new RevokeApiKey { KeyId = Key })).IsOk);
        var step = await silo.StepAsync(_task);
        Assert.Equal((true, "revoked"), (step.IsFinished, step.Error?.Code));
        var ended = (await silo.GetAsync(_task)).Value!;
        Assert.Equal((TaskStatusName.Failed, done, "revoked"), (ended.Status, ended.Done, ended.Error?.Code));
        Assert.Equal(0, await silo.CountInputAsync());
        Assert.True((await silo.StepAsync(_task)).IsFinished);
        Assert.Equal(done, (await silo.LogAsync()).Count(line => line.Kind == ChangeKind.Created));
    }

    /// <summary>A gateway of another process hears it: what it has in common with the silo is Redis.</summary>
    [Theory]
    [InlineData(true, "tester", 0, true)]
    [InlineData(true, "another", 0, false)]
    [InlineData(false, "tester", 0, false)]
    // Who was let in again since, and began the task afterwards.
    [InlineData(true, "tester", -3600, false)]
    public async Task A_task_ends_with_the_step_after_a_gateway_has_heard_that_its_user_was_revoked(
        bool isOfTenant, string subject, int secondsAfterStart, bool isEnded)
    {
        var silo = await silos.OfAsync("sqlite", _tenant, isSecond: true);
        await using var redis = new RedisConnection(RedisAddress.ToOptions(TestServers.Redis));
        var clock = new ShiftedClock();
        var revoked = new RevokedTokens(clock);
        var gateway = new StoredRevocations(new ServiceSettings { ClusterId = silos.Cluster }, redis, revoked, clock);
        Assert.True((await silo.ImportAsync(
            _task, [TaskSilo.Lines([.. Enumerable.Range(0, 30).Select(number => $"bot-{number}")])])).IsOk);
        Assert.False((await silo.StepAsync(_task)).IsFinished);
        var done = (await silo.GetAsync(_task)).Value!.Done;
        Assert.InRange(done, 1, 29);

        clock.Advance(TimeSpan.FromSeconds(secondsAfterStart));
        await gateway.StoreAsync([revoked.AddSubject(isOfTenant ? _tenant : Gateway.NewTenant(), subject)]);
        var step = await silo.StepAsync(_task);
        Assert.Equal(isEnded ? "revoked" : null, step.Error?.Code);
        Assert.Equal(isEnded, (await silo.GetAsync(_task)).Value!.Done == done);
        await (await redis.OpenAsync()).GetDatabase().KeyDeleteAsync(RevocationSet.KeyOf(silos.Cluster));
    }

    /// <summary>The second one has Redis in common with gateways.</summary>
    public sealed class Silos : SharedTaskSilos
    {
        internal string Cluster { get; } = $"revoked-{Guid.NewGuid():n}";

        private protected override Task<TaskSilo> StartAsync(TestDatabase database, bool isSecond) => !isSecond
            ? base.StartAsync(database, isSecond)
            : TaskSilo.StartAsync(database, change: settings => settings with { RedisUri = TestServers.Redis, ClusterId = Cluster });
    }
}
