using System.Net;
using System.Threading.Channels;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.Silo.Redis;
using AgentManagement.Tests.ClusterClient;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace AgentManagement.Tests.Orleans;

/// <summary>One keeper with a table of its own, on a clock that stands: it looks only when the silo hears of a change.</summary>
public sealed class MembershipRecoveryTests : IAsyncLifetime
{
    private readonly RedisConnection _redis = new(RedisAddress.ToOptions(TestServers.Redis));
    private readonly RedisKey _key = $"test-{Guid.NewGuid():n}";
    private readonly Membership _membership = new();
    private readonly MembershipRecovery _keeper;

    public MembershipRecoveryTests() => _keeper = new(
        _redis, new LocalSilo(), _membership, Options.Create(new RedisClusteringOptions { CreateRedisKey = _ => _key }),
        Options.Create(new ClusterOptions()), new StandingClock(), NullLogger<MembershipRecovery>.Instance);

    public async ValueTask InitializeAsync()
    {
        await WriteAsync(1, LocalSilo.Name);
        await _keeper.StartAsync(CancellationToken.None);
        await HearAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        await _keeper.StopAsync(CancellationToken.None);
        _keeper.Dispose();
        await (await DatabaseAsync()).KeyDeleteAsync(_key);
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task It_looks_at_once_when_the_silo_hears_of_a_change()
    {
        await WriteAsync(2, LocalSilo.Name, "two");
        await HearAsync(2);
    }

    [Fact]
    public async Task It_puts_back_what_it_saw_last()
    {
        await WriteAsync(2, LocalSilo.Name, "two");
        await HearAsync(2);
        await (await DatabaseAsync()).KeyDeleteAsync(_key);

        _membership.Publish(3);
        await Await.Until(async () => await (await DatabaseAsync()).KeyExistsAsync(_key), "the table is back");

        var table = await (await DatabaseAsync()).HashGetAllAsync(_key);
        Assert.Equal(
            [(LocalSilo.Name, "as of 2"), ("two", "as of 2"), (LostMembership.Version, "3")],
            table.Select(entry => (entry.Name.ToString(), entry.Value.ToString())).OrderBy(entry => entry.Item2 == "3"));
    }

    private async Task HearAsync(int version)
    {
        _membership.Publish(version);
        await Await.Until(() => _keeper.KnownVersion == version, $"the keeper has seen version {version}");
    }

    private async Task WriteAsync(int version, params string[] silos) => await (await DatabaseAsync()).HashSetAsync(
        _key, [.. silos.Select(silo => new HashEntry(silo, $"as of {version}")), new(LostMembership.Version, version)]);

    private async Task<IDatabase> DatabaseAsync() => (await _redis.OpenAsync()).GetDatabase();

    /// <summary>What the silo hears.</summary>
    private sealed class Membership : IClusterMembershipService
    {
        private readonly Channel<ClusterMembershipSnapshot> _changes = Channel.CreateUnbounded<ClusterMembershipSnapshot>();

        public ClusterMembershipSnapshot CurrentSnapshot => throw new NotSupportedException();

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _changes.Reader.ReadAllAsync();

        public void Publish(int version) => Assert.True(_changes.Writer.TryWrite(
            new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new MembershipVersion(version))));

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
    }

    private sealed class LocalSilo : ILocalSiloDetails
    {
        public static readonly string Name = Address.ToString();

        private static SiloAddress Address => SiloAddress.New(IPAddress.Loopback, 11_111, 1);

        string ILocalSiloDetails.Name => "one";

        public string ClusterId => "test";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress => Address;

        public SiloAddress GatewayAddress => Address;
    }
}
