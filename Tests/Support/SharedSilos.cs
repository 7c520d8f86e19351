namespace AgentManagement.Tests.Support;

/// <summary>Silos that the tests of a class share, one for each kind of database; each test uses a tenant of its own.</summary>
public sealed class SharedSilos : IAsyncDisposable
{
    private readonly Dictionary<string, (TestDatabase Database, TestSilo Silo)> _started = [];

    /// <summary>The silo on that kind. The tests of a class run one after the other.</summary>
    internal async Task<TestSilo> OfAsync(string kind)
    {
        if (!_started.TryGetValue(kind, out var started))
        {
            var database = await TestDatabase.CreateAsync(kind);
            _started[kind] = started = (database, await TestSilo.StartAsync(database));
        }
        return started.Silo;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (database, silo) in _started.Values)
        {
            await silo.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
