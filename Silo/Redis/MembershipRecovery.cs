using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace AgentManagement.Silo.Redis;

/// <summary>
/// Puts the table of silos back when Redis has lost it, as after a restart without its data. Without it the silos that
/// run would go on with what they know, a new one would find an empty table and make a cluster of its own.
/// </summary>
internal sealed class MembershipRecovery(
    RedisConnection redis, ILocalSiloDetails silo, IClusterMembershipService membership, IOptions<RedisClusteringOptions> clustering,
    IOptions<ClusterOptions> cluster,
    TimeProvider time, ILogger<MembershipRecovery> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly RedisValue _self = silo.SiloAddress.ToString();
    private readonly RedisKey _key = clustering.Value.CreateRedisKey(cluster.Value);
    private HashEntry[] _known = [];

    /// <summary>The version of the table as it was last seen whole.</summary>
    public long KnownVersion => LostMembership.NumberOf(_known);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var changes = membership.MembershipUpdates.GetAsyncEnumerator(stoppingToken);
        var change = changes.MoveNextAsync().AsTask();
        while (true)
        {
            // At once after each change: a silo that was known only as it was before would be put back as such.
            await Task.WhenAny(change, Task.Delay(Period, time, stoppingToken));
            if (change.IsCompleted || stoppingToken.IsCancellationRequested)
            {
                if (!await change) return;
                change = changes.MoveNextAsync().AsTask();
            }
            try
            {
                await KeepAsync((await redis.OpenAsync().WaitAsync(stoppingToken)).GetDatabase());
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // The health check tells; the next look comes soon.
            }
        }
    }

    private async Task KeepAsync(IDatabase database)
    {
        var found = await database.HashGetAllAsync(_key);
        if (LostMembership.FindRepair(_known, found, _self) is not { } repair)
        {
            _known = found;
            return;
        }

        var transaction = database.CreateTransaction();
        transaction.AddCondition(LostMembership.VersionOf(found) is { IsNull: false } version
            ? Condition.HashEqual(_key, LostMembership.Version, version)
            : Condition.HashNotExists(_key, LostMembership.Version));
        _ = transaction.HashSetAsync(_key, repair);
        // Otherwise another silo was first; the next look shows what it wrote.
        if (await transaction.ExecuteAsync())
        {
            logger.LogWarning(LogEvents.MembershipRestored, "Redis had lost the table of silos; it is back at version {Version}",
                LostMembership.NumberOf(repair));
        }
    }
}
