namespace AgentManagement.Tests.WebGateway;

/// <summary>One service for all tests of the gateway; each test has a tenant of its own in it.</summary>
public sealed class Gateway : IAsyncLifetime
{
    /// <summary>Number of silos behind a gateway of their own; without it gateway and silo are one host.</summary>
    private const string SilosVariable = "AGENT_MANAGEMENT_TEST_SILOS";

    internal ServiceHost Service { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Service = int.TryParse(Environment.GetEnvironmentVariable(SilosVariable), out var silos)
        ? await ServiceHost.StartClusterAsync(silos)
        : await ServiceHost.StartAsync();

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    /// <summary>A tenant that no other test uses.</summary>
    public static string NewTenant() => $"tenant-{Guid.NewGuid():n}";

    /// <summary>A client with a token; of a new tenant where none is named.</summary>
    public HttpClient Client(string role = "editor", string? tenant = null, string tier = "enterprise", string subject = "tester") =>
        Service.CreateClient(tenant ?? NewTenant(), role, tier, subject);

    public HttpClient Anonymous() => Service.CreateAnonymousClient();
}

[CollectionDefinition, Trait(Apart.Name, Apart.Value)]
public sealed class GatewayTests : ICollectionFixture<Gateway>;
