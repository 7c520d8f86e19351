namespace AgentManagement.Tests.Support;

/// <summary>A silo on SQLite that the tests of a class share; each uses a tenant of its own.</summary>
public sealed class SqliteSilo : IAsyncLifetime
{
    internal TestSilo Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Silo = await TestSilo.StartAsync("sqlite");

    public ValueTask DisposeAsync() => Silo.DisposeAsync();
}
