using AgentManagement.Bench.Servers;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Silo.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace AgentManagement.Tests.Orleans;

/// <summary>Silos meet in Redis, and find each other again after it has lost everything.</summary>
public sealed class MembershipTests
{
    [Fact]
    public async Task After_redis_came_back_empty_the_silos_are_still_one_cluster()
    {
        if (!RedisServer.IsInstalled) Assert.Skip("Needs redis-server, which ./test installs where it may.");
        await using var redis = await RedisServer.StartAsync();
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var one = await StartAsync(database, redis);
        await using var two = await StartAsync(database, redis);
        await SeeEachOtherAsync(one, two);
        await Await.Until(() => Task.FromResult(KeepersKnow(one, two)), "all of it would be put back");

        await redis.KillAsync();
        await redis.StartAgainAsync();
        await Await.Until(
            async () => Addresses(one, two).IsSubsetOf(await ReadTableAsync(one, redis)), "both silos are in the table again");

        await using var three = await StartAsync(database, redis);
        await SeeEachOtherAsync(one, two, three);
        Assert.Superset(Addresses(one, two, three), await ReadTableAsync(one, redis));
    }

    private static Task<TestSilo> StartAsync(TestDatabase database, RedisServer redis) =>
        TestSilo.StartAsync(database, change: settings => settings with { RedisUri = redis.Address, ClusterId = "test" });

    private static async Task SeeEachOtherAsync(params TestSilo[] silos)
    {
        try
        {
            await Await.Until(() => Task.FromResult(silos.All(silo => Addresses(silos).SetEquals(ActiveIn(silo)))),
                $"{silos.Length} silos see each other");
        }
        catch (TimeoutException exception)
        {
            var views = silos.Select(silo => $"{string.Join(' ', Addresses(silo))} sees {string.Join(' ', ActiveIn(silo))}");
            throw new TimeoutException($"{exception.Message}\n{string.Join('\n', views)}");
        }
    }

    /// <summary>No change of the table is so new that a keeper has not seen it.</summary>
    private static bool KeepersKnow(params TestSilo[] silos) => silos.All(silo =>
        silo.Services.GetServices<IHostedService>().OfType<MembershipRecovery>().Single().KnownVersion == Membership(silo).Version.Value);

    private static IEnumerable<string> ActiveIn(TestSilo silo) =>
        Membership(silo).Members.Where(member => member.Value.Status == SiloStatus.Active).Select(member => member.Key.ToString());

    private static ClusterMembershipSnapshot Membership(TestSilo silo) =>
        silo.Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot;

    private static HashSet<string> Addresses(params TestSilo[] silos) =>
        [.. silos.Select(silo => silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToString())];

    private static async Task<HashSet<string>> ReadTableAsync(TestSilo silo, RedisServer redis)
    {
        var key = silo.Services.GetRequiredService<IOptions<RedisClusteringOptions>>().Value
            .CreateRedisKey(silo.Services.GetRequiredService<IOptions<ClusterOptions>>().Value);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(RedisAddress.ToOptions(redis.Address));
        return [.. (await connection.GetDatabase().HashKeysAsync(key)).Select(name => name.ToString())
            .Where(name => name != LostMembership.Version)];
    }
}
