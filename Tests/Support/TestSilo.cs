using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Hosting;
using AgentManagement.Silo.Storage;
using AgentManagement.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace AgentManagement.Tests.Support;

/// <summary>A silo without a gateway, for tests that speak to grains.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private TestDatabase? _ownDatabase;

    private TestSilo(WebApplication app) => _app = app;

    /// <summary>For what a test looks at below the grains.</summary>
    public Database Database => _app.Services.GetRequiredService<Database>();

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a silo on a database that may hold something already.</summary>
    public static async Task<TestSilo> StartAsync(
        TestDatabase database, int maximumAgents = 50, Action<IServiceCollection>? configure = null, bool mayApplySchema = true,
        Func<HostSettings, HostSettings>? change = null, Action<IServiceCollection>? adjust = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        configure?.Invoke(builder.Services);
        var settings = HostSettings.For(database) with { IsProduction = !mayApplySchema, MaxAgentsPerTenant = maximumAgents };
        settings = change?.Invoke(settings) ?? settings;
        await builder.AddSiloAsync(settings.Service, settings.Silo);
        KeepFewAddresses(builder.Services);
        adjust?.Invoke(builder.Services);
        var app = builder.Build();
        await app.PrepareDatabaseAsync(settings.Service);
        await app.StartAsync();
        return new TestSilo(app);
    }

    /// <summary>Starts a silo on a new database, which goes with it.</summary>
    public static async Task<TestSilo> StartAsync(
        string databaseKind, int maximumAgents = 50, Action<IServiceCollection>? configure = null,
        Func<HostSettings, HostSettings>? change = null, Action<IServiceCollection>? adjust = null)
    {
        var database = await TestDatabase.CreateAsync(databaseKind);
        var silo = await StartAsync(database, maximumAgents, configure, change: change, adjust: adjust);
        silo._ownDatabase = database;
        return silo;
    }

    /// <summary>A tenant's grain; the calls made with it are this caller's.</summary>
    public ITenantGrain Tenant(string tenantId, string role = "admin", string tier = "enterprise")
    {
        ActAs(tenantId, role, tier);
        return Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenantId));
    }

    /// <summary>An agent's grain, for reading.</summary>
    public IAgentGrain Agent(string tenantId, string agentId)
    {
        ActAs(tenantId, "admin", "enterprise");
        return Grains.GetGrain<IAgentGrain>(GrainKeys.Agent(tenantId, agentId));
    }

    /// <summary>Makes the caller of what follows in this flow.</summary>
    public static void ActAs(string tenantId, string role = "admin", string tier = "enterprise") =>
        Caller.Current = new Caller(tenantId, "tester", role, tier, "test");

    /// <summary>Orleans makes room for a million addresses of grains, twice in each silo: with hundreds of silos that is much.</summary>
    public static void KeepFewAddresses(IServiceCollection services) =>
        services.Configure<GrainDirectoryOptions>(options => options.CacheSize = 10_000);

    /// <summary>
    /// Stops a host. One that is only disposed of leaves its silo running, with some 50 MB, for as long as the tests run.
    /// </summary>
    public static async Task StopAsync(WebApplication host)
    {
        await host.StopAsync(TimeSpan.FromSeconds(5));
        await host.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(_app);
        if (_ownDatabase is not null) await _ownDatabase.DisposeAsync();
    }
}

/// <summary>Contents for tests.</summary>
internal static class Sample
{
    /// <summary>Content that is complete, so that its agent can be activated.</summary>
    public static JsonText Content(string name = "Support bot", string? id = null, string text = "Help.") => new(
        "{" + (id is null ? "" : $"\"id\":\"{id}\",") + $"\"name\":\"{name}\",\"type\":\"conversational\","
        + "\"config\":{\"model\":{\"provider\":\"openai\",\"id\":\"gpt-5-mini\",\"params\":{\"temperature\":0}},"
        + $"\"instructions\":{{\"template\":\"{text}\"}}}},\"tags\":[\"a\",\"b\"],\"metadata\":{{\"z\":1,\"a\":null}}}}");
}
