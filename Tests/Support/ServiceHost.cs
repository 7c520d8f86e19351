using System.Net.Http.Headers;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Hosting;
using AgentManagement.Tests.WebConsole;
using AgentManagement.WebGateway;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Support;

/// <summary>
/// The whole service in this process, on a database of its own, behind a real socket: gateway and silo in one host, or
/// several silos, each in a host of its own, and a gateway that is their client.
/// </summary>
internal sealed class ServiceHost : IAsyncDisposable
{
    /// <summary>Signs the tokens of this service.</summary>
    public const string SecretKey = "a-secret-key-of-the-tests-with-enough-bytes";

    private readonly WebApplication _app;
    private readonly List<WebApplication> _silos;
    private readonly TestDatabase _database;

    private HostSettings? _siloSettings;

    private ServiceHost(WebApplication app, List<WebApplication> silos, TestDatabase database, LogCapture logs) =>
        (_app, _silos, _database, Logs) = (app, silos, database, logs);

    /// <summary>What the service wrote to its log.</summary>
    public LogCapture Logs { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>For what else works on its database.</summary>
    public TestDatabase Database => _database;

    /// <summary>Where its database is; null for SQLite.</summary>
    public Uri? DatabaseUrl => _database.Url;

    public Uri Address => new UriBuilder(_app.Urls.First()) { Host = "127.0.0.1" }.Uri;

    /// <summary>Where what is for operators is served: the service's own address without MANAGEMENT_PORT.</summary>
    public Uri ManagementAddress => new UriBuilder(_app.Urls.Last()) { Host = "127.0.0.1" }.Uri;

    /// <summary>Starts the service on a new database.</summary>
    public static async Task<ServiceHost> StartAsync(
        string databaseKind = "sqlite", Func<HostSettings, HostSettings>? change = null, Action<IServiceCollection>? configure = null) =>
        await StartAsync(await TestDatabase.CreateAsync(databaseKind), change, configure);

    /// <summary>Starts the service on a database, which it takes over.</summary>
    public static async Task<ServiceHost> StartAsync(
        TestDatabase database, Func<HostSettings, HostSettings>? change = null, Action<IServiceCollection>? configure = null)
    {
        var settings = change?.Invoke(SettingsFor(database)) ?? SettingsFor(database);
        var logs = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        configure?.Invoke(builder.Services);
        if (PublishedConsole.Files is { } console) builder.Services.TryAddSingleton(console);
        builder.AddGateway(settings.Service, settings.Gateway);
        await builder.AddSiloAsync(settings.Service, settings.Silo);
        var app = Build(builder, logs).MapGateway();
        app.MapDashboard(settings.Silo);
        await app.PrepareDatabaseAsync(settings.Service);
        await app.StartAsync();
        return new ServiceHost(app, [], database, logs);
    }

    /// <summary>Starts silos, and a gateway that is their client.</summary>
    public static async Task<ServiceHost> StartClusterAsync(int silos)
    {
        var database = await TestDatabase.CreateAsync("postgresql");
        var settings = SettingsFor(database) with { RedisUri = TestServers.Redis, Database = new() { Url = database.Url, Silos = silos } };
        var logs = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddGateway(settings.Service, settings.Gateway);
        builder.AddClusterConnection(settings.Service);
        var cluster = new ServiceHost(Build(builder, logs).MapGateway(), [], database, logs) { _siloSettings = settings };
        for (var number = 0; number < silos; number++) await cluster.AddSiloAsync();
        await cluster._app.StartAsync();
        return cluster;
    }

    /// <summary>Has another silo join a cluster.</summary>
    /// <returns>What it is made of.</returns>
    public async Task<IServiceProvider> AddSiloAsync()
    {
        var settings = _siloSettings ?? throw new InvalidOperationException("This service is one process.");
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServer(settings.Service);
        await builder.AddSiloAsync(settings.Service, settings.Silo);
        var silo = Build(builder, Logs.ForAnotherHost()).MapProbes();
        _silos.Add(silo);
        await silo.PrepareDatabaseAsync(settings.Service);
        await silo.StartAsync();
        return silo.Services;
    }

    /// <summary>A client with a token of its own.</summary>
    public HttpClient CreateClient(string tenant = "acme", string role = "editor", string tier = "enterprise", string subject = "tester")
    {
        var client = CreateAnonymousClient();
        var (token, _) = _app.Services.GetRequiredService<TokenIssuer>().Issue(tenant, role, tier, subject);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A client without a token.</summary>
    public HttpClient CreateAnonymousClient() => new() { BaseAddress = Address };

    /// <summary>Takes the database away from under the running service.</summary>
    public Task DropDatabaseAsync() => _database.DropAsync();

    /// <summary>Stops the service, and leaves its database for another one, which disposes of it.</summary>
    public async Task StopAsync()
    {
        foreach (var host in _silos.Prepend(_app)) await TestSilo.StopAsync(host);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _database.DisposeAsync();
    }

    /// <summary>What services show each other.</summary>
    public const string ServiceToken = "what-services-show-each-other";

    private static HostSettings SettingsFor(TestDatabase database) => HostSettings.For(database) with
    {
        ServiceToken = ServiceToken,
        IsRateLimited = false,
        SecretKey = SecretKey,
        ClusterId = $"test-{Guid.NewGuid():n}",
    };

    /// <summary>The application, with its log kept instead of written to standard output.</summary>
    private static WebApplication Build(WebApplicationBuilder builder, LogCapture logs)
    {
        builder.Logging.ClearProviders().AddProvider(logs);
        TestSilo.KeepFewAddresses(builder.Services);
        return builder.Build();
    }
}
