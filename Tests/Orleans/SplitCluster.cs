using System.Collections.Concurrent;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Grains.Storage;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Hosting;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;
using AgentManagement.Tenants;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Placement;
using Orleans.TestingHost;

namespace AgentManagement.Tests.Orleans;

/// <summary>
/// Three silos in this process, made as the service makes them, on one PostgreSQL. A test makes a grain active on two of
/// them; calls that go out from a silo reach the activation there.
/// </summary>
internal sealed class SplitCluster : IAsyncDisposable
{
    private const short Silos = 3;
    private const string TenantId = "acme";

    private readonly TestDatabase _database;
    private readonly ForgetfulDirectory _directory;
    private readonly InProcessTestCluster _cluster;

    private SplitCluster(TestDatabase database, ForgetfulDirectory directory, InProcessTestCluster cluster) =>
        (_database, _directory, _cluster) = (database, directory, cluster);

    /// <summary>How often an agent's write met another activation's.</summary>
    public int Conflicts => Logs.Lines.Count(line => line.Contains("was not written: Conflict", StringComparison.Ordinal));

    /// <summary>What all silos wrote to their logs.</summary>
    public required LogCapture Logs { get; init; }

    /// <summary>Where each silo's reading of old versions waits; open unless a test closes it.</summary>
    public required VersionReading Reading { get; init; }

    private Database Database => _cluster.Silos[0].ServiceProvider.GetRequiredService<Database>();

    public static async Task<SplitCluster> StartAsync(int maximumAgents = 50)
    {
        var database = await TestDatabase.CreateAsync("postgresql");
        var settings = new SiloSettings { Database = new() { Url = database.Url, Silos = Silos }, MaxAgentsPerTenant = maximumAgents };
        var pools = new ConcurrentQueue<Database>();
        for (var silo = 0; silo < Silos; silo++) pools.Enqueue(await Database.OpenAsync(settings.Database));
        await new SchemaMigrator(pools.First()).ApplyAsync();

        var (directory, logs, reading) = (new ForgetfulDirectory(), new LogCapture(), new VersionReading());
        var builder = new InProcessTestClusterBuilder(Silos);
        (builder.Options.ServiceId, builder.Options.ConfigureFileLogging, builder.Options.InitializeClientOnDeploy) =
            (ClusterNames.ServiceId, false, false);
        builder.ConfigureSiloHost((_, host) =>
        {
            Assert.True(pools.TryDequeue(out var pool));
            host.Logging.AddProvider(logs.ForAnotherHost());
            host.AddSiloParts(new() { SecretKey = ServiceHost.SecretKey }, settings, pool);
            host.Services.AddSingleton<ITenantStore>(services =>
                reading.Through(ActivatorUtilities.CreateInstance<SqlTenantStore>(services)));
            host.Services.AddSingleton<IGrainDirectoryResolver>(directory);
            host.UseOrleans(silo => silo.AddGrains(pool));
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new SplitCluster(database, directory, cluster) { Logs = logs, Reading = reading };
    }

    /// <summary>The tenant's grain, called from a silo, and activated there if the silo knows of no activation.</summary>
    public ITenantGrain Tenant(int from, string tier = "enterprise") => From(from, tier).GetGrain<ITenantGrain>(GrainKeys.Tenant(TenantId));

    /// <summary>An agent's grain, in the same way.</summary>
    public IAgentGrain Agent(int from, string agentId = "bot") => From(from).GetGrain<IAgentGrain>(GrainKeys.Agent(TenantId, agentId));

    /// <summary>An agent that is active on silo 0 becomes active on silo 1, too.</summary>
    public async Task ActivateTwiceAsync(IAgentGrain agent)
    {
        _directory.Forget(agent.GetGrainId());
        await From(1).GetGrain<IAgentGrain>(agent.GetPrimaryKeyString()).GetAsync();
        await AssertActiveTwiceAsync(agent);
    }

    /// <summary>A tenant that is active on silo 0 becomes active on silo 1, too.</summary>
    public async Task ActivateTwiceAsync(ITenantGrain tenant, string tier = "enterprise")
    {
        _directory.Forget(tenant.GetGrainId());
        await Tenant(1, tier).GetAsync();
        await AssertActiveTwiceAsync(tenant);
    }

    /// <summary>The tenant's only activation ends; the next call makes another.</summary>
    public Task DeactivateTenantAsync() => _cluster.DeactivateAsync(Tenant(0));

    /// <summary>Without two activations a test of this class shows nothing.</summary>
    public async Task AssertActiveTwiceAsync(IAddressable grain)
    {
        var all = await From(2).GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        var silos = all.Where(each => each.GrainId == grain.GetGrainId()).Select(each => each.SiloAddress).ToHashSet();
        Assert.Equal([_cluster.Silos[0].SiloAddress, _cluster.Silos[1].SiloAddress], silos);
    }

    /// <summary>The log must have the tenant's changes without gaps, in revisions and in each agent's versions.</summary>
    public async Task AssertLogAsync(int changes)
    {
        await using var connection = await Database.Source.OpenConnectionAsync();
        var rows = (await connection.QueryAsync<(long Revision, string Agent, int Version)>(
            "SELECT revision, agent_id, agent_version FROM change_log WHERE tenant_id = @TenantId ORDER BY revision", new { TenantId }))
                .ToList();
        Assert.Equal(Enumerable.Range(1, changes), rows.Select(row => (int)row.Revision));
        Assert.All(
            rows.GroupBy(row => row.Agent), agent => Assert.Equal(Enumerable.Range(1, agent.Count()), agent.Select(row => row.Version)));
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
        Logs.Dispose();
    }

    private IGrainFactory From(int silo, string tier = "enterprise")
    {
        TestSilo.ActAs(TenantId, tier: tier);
        var from = _cluster.Silos[silo];
        RequestContext.Set(IPlacementDirector.PlacementHintKey, from.SiloAddress);
        return from.ServiceProvider.GetRequiredService<IGrainFactory>();
    }
}
