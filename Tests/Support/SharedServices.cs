namespace AgentManagement.Tests.Support;

/// <summary>
/// Services that the tests of a class share, one for each kind of database; each test uses a tenant of its own. The tests of a class
/// run one after the other.
/// </summary>
public sealed class SharedServices : IAsyncDisposable
{
    private readonly Dictionary<string, ServiceHost> _started = [];

    internal async Task<ServiceHost> OfAsync(string kind)
    {
        if (!_started.TryGetValue(kind, out var service)) _started[kind] = service = await ServiceHost.StartAsync(kind);
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _started.Values) await service.DisposeAsync();
    }
}
