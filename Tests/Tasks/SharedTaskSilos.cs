namespace AgentManagement.Tests.Tasks;

/// <summary>Silos that the tests of a class share, up to two for each kind of database; each test uses a tenant of its own.</summary>
public class SharedTaskSilos : IAsyncDisposable
{
    private readonly Dictionary<string, TestDatabase> _databases = [];
    private readonly Dictionary<(string Kind, bool IsSecond), TaskSilo> _started = [];

    /// <summary>The silo on that kind, or a second one on the same database, which does not know of it.</summary>
    internal async Task<TaskSilo> OfAsync(string kind, string tenantId, bool isSecond = false)
    {
        if (!_databases.TryGetValue(kind, out var database)) _databases[kind] = database = await TestDatabase.CreateAsync(kind);
        if (!_started.TryGetValue((kind, isSecond), out var silo)) _started[(kind, isSecond)] = silo = await StartAsync(database, isSecond);
        silo.TenantId = tenantId;
        // What other tests have left there.
        silo.Queue.TakeAll();
        return silo;
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var silo in _started.Values) await silo.DisposeAsync();
        foreach (var database in _databases.Values) await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts one of them.</summary>
    private protected virtual Task<TaskSilo> StartAsync(TestDatabase database, bool isSecond) => TaskSilo.StartAsync(database);
}
