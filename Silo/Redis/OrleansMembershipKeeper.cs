using System.Globalization;
using AgentManagement.Client.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace AgentManagement.Silo.Redis;

/// <summary>
/// Puts the table of silos back when Redis has lost it, as after a restart without its data. Without it the silos that
/// run would go on with what they know, a new one would find an empty table and make a cluster of its own.
/// </summary>
internal sealed class MembershipKeeper(
    RedisConnection redis, ILocalSiloDetails silo, IOptions<RedisClusteringOptions> clustering, IOptions<ClusterOptions> cluster,
    ILogger<MembershipKeeper> logger) : BackgroundService
{
    private const string Version = "Version";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly RedisValue _self = silo.SiloAddress.ToString();
    private readonly RedisKey _key = clustering.Value.CreateRedisKey(cluster.Value);
    private HashEntry[] _known = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
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
        if (VersionOf(found) >= VersionOf(_known) && (Has(found, _self) || !Has(_known, _self)))
        {
            _known = found;
            return;
        }

        // Entries that were made since the loss stay. The version goes beyond both, so that every silo takes the table over.
        var next = Math.Max(VersionOf(found), VersionOf(_known)) + 1;
        var lost = _known.Where(entry => entry.Name != Version && !Has(found, entry.Name));
        var transaction = database.CreateTransaction();
        transaction.AddCondition(
            Has(found, Version) ? Condition.HashEqual(_key, Version, ValueOf(found)) : Condition.HashNotExists(_key, Version));
        _ = transaction.HashSetAsync(_key, [.. lost, new(Version, next.ToString(CultureInfo.InvariantCulture))]);
        // Otherwise another silo was first; the next look shows what it wrote.
        if (await transaction.ExecuteAsync()) logger.LogWarning("Redis had lost the table of silos; it is back at version {Version}", next);
    }

    private static bool Has(HashEntry[] table, RedisValue name) => Array.Exists(table, entry => entry.Name == name);

    private static RedisValue ValueOf(HashEntry[] table) => Array.Find(table, entry => entry.Name == Version).Value;

    private static long VersionOf(HashEntry[] table) => (long?)ValueOf(table) ?? -1;
}
