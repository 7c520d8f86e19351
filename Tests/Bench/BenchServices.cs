using AgentManagement.Bench.Service;

namespace AgentManagement.Tests.Bench;

/// <summary>
/// The services of experiments that need no settings of their own: one for each database, as a start is most of their work.
/// </summary>
public sealed class BenchServices : IAsyncDisposable
{
    private readonly Dictionary<string, ServiceProcess> _services = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.Values)
        {
            await service.DisposeAsync();
            await service.Data.DisposeAsync();
        }
    }

    /// <summary>The service on a database, started when it is first asked for.</summary>
    /// <param name="database">See <see cref="BenchDatabase.Of"/>.</param>
    public async Task<ServiceProcess> OnAsync(string database)
    {
        if (_services.TryGetValue(database, out var service)) return service;
        return _services[database] = await ServiceProcess.StartAsync(await DataLocation.CreateAsync(database));
    }
}

/// <summary>One after the other.</summary>
[CollectionDefinition(nameof(BenchTests))]
public sealed class BenchExperiments : ICollectionFixture<BenchServices>;
