using System.Net.Http.Headers;
using AgentManagement.Silo.Hosting;
using AgentManagement.WebGateway;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Support;

/// <summary>The whole service in this process: gateway and silo, on a database of its own, behind a real socket.</summary>
internal sealed class ServiceHost : IAsyncDisposable
{
    /// <summary>Signs the tokens of this service.</summary>
    public const string SecretKey = "a-secret-key-of-the-tests-with-enough-bytes";

    private readonly WebApplication _app;
    private readonly TestDatabase _database;

    private ServiceHost(WebApplication app, TestDatabase database, LogCapture logs) => (_app, _database, Logs) = (app, database, logs);

    /// <summary>What the service wrote to its log.</summary>
    public LogCapture Logs { get; }

    public IServiceProvider Services => _app.Services;

    public Uri Address => new UriBuilder(_app.Urls.First()) { Host = "127.0.0.1" }.Uri;

    /// <summary>Starts the service.</summary>
    public static async Task<ServiceHost> StartAsync(
        string databaseKind = "sqlite", Func<ServiceSettings, ServiceSettings>? change = null, Action<IServiceCollection>? configure = null)
    {
        var database = await TestDatabase.CreateAsync(databaseKind);
        var settings = new ServiceSettings
        {
            DatabaseUrl = database.Url, DataDirectory = database.Directory, ServicePort = 0, SecretKey = SecretKey,
            ClusterId = $"test-{Guid.NewGuid():n}",
        };
        settings = change?.Invoke(settings) ?? settings;
        var builder = WebApplication.CreateSlimBuilder();
        configure?.Invoke(builder.Services);
        builder.AddGateway(settings);
        await builder.AddSiloAsync(settings);
        var logs = new LogCapture();
        builder.Logging.ClearProviders().AddProvider(logs);
        var app = builder.Build().MapGateway();
        await app.PrepareDatabaseAsync(settings);
        await app.StartAsync();
        return new ServiceHost(app, database, logs);
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

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }
}
