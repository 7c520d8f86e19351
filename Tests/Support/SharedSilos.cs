namespace AgentManagement.Tests.Support;

/// <summary>
/// Silos that the tests of a class share, one for each kind of database; each test uses a tenant of its own. The tests of a class
/// run one after the other.
/// </summary>
public class SharedSilos : IAsyncDisposable
{
    private readonly Dictionary<string, TestDatabase> _databases = [];
    private readonly Dictionary<(string Kind, string Name), TestSilo> _started = [];

    /// <summary>The silo on that kind. By another name it is another one on the same database, and neither knows of the other.</summary>
    internal async Task<TestSilo> OfAsync(string kind, string name = "one")
    {
        if (_started.TryGetValue((kind, name), out var silo)) return silo;
        return _started[(kind, name)] = await StartAsync(await DatabaseAsync(kind));
    }

    /// <summary>What they are on.</summary>
    internal async Task<TestDatabase> DatabaseAsync(string kind)
    {
        if (!_databases.TryGetValue(kind, out var database)) _databases[kind] = database = await TestDatabase.CreateAsync(kind);
        return database;
    }

    /// <summary>Stops the silo on that kind. Who asks for it next starts it again.</summary>
    internal async Task StopAsync(string kind)
    {
        if (_started.Remove((kind, "one"), out var silo)) await silo.DisposeAsync();
    }

    internal virtual Task<TestSilo> StartAsync(TestDatabase database) => TestSilo.StartAsync(database);

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _started.Values) await silo.DisposeAsync();
        foreach (var database in _databases.Values) await database.DisposeAsync();
    }
}
