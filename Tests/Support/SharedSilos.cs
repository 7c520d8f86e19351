namespace AgentManagement.Tests.Support;

/// <summary>Silos that the tests of a class share, one for each kind of database; each test uses a tenant of its own.</summary>
public class SharedSilos : IAsyncDisposable
{
    private readonly Dictionary<string, TestSilo> _started = [];

    /// <summary>The silo on that kind. The tests of a class run one after the other.</summary>
    internal async Task<TestSilo> OfAsync(string kind)
    {
        if (!_started.TryGetValue(kind, out var silo)) _started[kind] = silo = await StartAsync(kind);
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _started.Values) await silo.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts one of them.</summary>
    private protected virtual Task<TestSilo> StartAsync(string kind) => TestSilo.StartAsync(kind);
}
