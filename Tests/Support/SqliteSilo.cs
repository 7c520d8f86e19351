namespace AgentManagement.Tests.Support;

/// <summary>A silo on SQLite that the tests of a class share; each uses a tenant of its own.</summary>
public sealed class SqliteSilo : IAsyncLifetime
{
    private TestDatabase _database = null!;

    internal TestSilo Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync("sqlite");
        Silo = await TestSilo.StartAsync(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await _database.DisposeAsync();
    }
}
