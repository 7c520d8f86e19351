using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Identity;

/// <summary>The service beside an Identity Service, with a clock that a test sets forward.</summary>
internal sealed class IdentityHost : IAsyncDisposable
{
    public const string ServiceToken = "the-service-token";

    public IdentityServer Identity { get; private init; } = null!;

    public ServiceHost Service { get; private init; } = null!;

    public UnhurriedClock Clock { get; private init; } = null!;

    public static async Task<IdentityHost> StartAsync(
        Action<IdentityServer>? identity = null, Func<HostSettings, HostSettings>? change = null)
    {
        var (server, clock) = (await IdentityServer.StartAsync(), new UnhurriedClock());
        identity?.Invoke(server);
        var service = await ServiceHost.StartAsync(
            change: settings =>
                (change ?? (same => same))(settings with
                {
                    IdentityServiceUrl = server.Address,
                    ServiceToken = ServiceToken,
                    SecretKey = ServiceHost.SecretKey
                }),
            configure: services => services.AddSingleton<TimeProvider>(clock));
        return new() { Identity = server, Service = service, Clock = clock };
    }

    /// <summary>
    /// Forgets what a test did: as if it had been hours ago, so that nothing is kept of it, and with breakers that a good answer has
    /// closed.
    /// </summary>
    public async Task StartOverAsync()
    {
        Clock.IsHasty = false;
        Identity.StartOver();
        Identity.Introspect = _ => new { active = true };
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200, await StatusAsync(Identity.Token()));
        Clock.Advance(TimeSpan.FromHours(1));
        Identity.StartOver();
    }

    public HttpClient Client(string token)
    {
        var client = Service.CreateAnonymousClient();
        if (token.Length > 0) client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return client;
    }

    public async Task<int> StatusAsync(string token)
    {
        using var client = Client(token);
        using var response = await client.GetAsync(Api.Agents);
        return (int)response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Identity.DisposeAsync();
    }
}

/// <summary>One service for the tests that start over with it.</summary>
public sealed class SharedIdentityHost : IAsyncLifetime
{
    internal IdentityHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await IdentityHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

[CollectionDefinition(nameof(AgentManagement.Tests.Identity))]
public sealed class IdentityTests : ICollectionFixture<SharedIdentityHost>;
