using AgentManagement.Bench.Cluster;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Run;

/// <summary>R7: what it costs that gateway and silo are processes of their own, and that there are two silos.</summary>
/// <remarks>All share the processors of one machine: what another silo costs is seen here, not what it gives.</remarks>
internal static class ClusterPart
{
    private const int Tenants = 20;
    private const double MinRate = 0.7;

    public static async Task<IEnumerable<Comparison>> RunAsync(RunField field)
    {
        var population = new Population("cluster", Tenants, Population.AgentsOfTenant);
        using var gets = await population.GetsAsync();
        using var puts = await population.PutsAsync();
        var found = new List<Comparison>();
        await using var oneSilo = await ClusterOf(1);
        await population.WriteAsync(oneSilo.Address);
        await using (var service = await field.StartServiceAsync())
        {
            await population.WriteAsync(service.Address);
            await CompareAsync("split", "gateway and silo apart / in one process", oneSilo, service.Address, service.Processes);
        }
        await using (var twoSilos = await ClusterOf(2))
        {
            await population.WriteAsync(twoSilos.Address);
            await CompareAsync("silos", "two silos / one silo", twoSilos, oneSilo.Address, oneSilo.Processes);
        }
        return found;

        async Task<RunCluster> ClusterOf(int silos)
        {
            var data = await DataLocation.CreateAsync(field.Servers.Database);
            return new(data, await ServiceCluster.StartAsync(data, silos), field.Problems);
        }

        async Task CompareAsync(string id, string title, RunCluster cluster, Uri reference, ProcessSet referenceProcesses)
        {
            foreach (var (name, requests) in new[] { ("read", gets), ("write", puts) })
            {
                found.Add(await field.Turns.CompareBrieflyAsync(
                    $"{name}, {title}",
                    duration => field.SendAsync(cluster.Address, cluster.Processes, requests, RunField.Clients, duration),
                    duration => field.SendAsync(reference, referenceProcesses, requests, RunField.Clients, duration),
                    new Goal($"R7-{id}-{name}", $"{name}s, {title}", Goal.Rate) { AtLeast = MinRate }));
            }
        }
    }

    /// <summary>A gateway and silos, each a process, with their data.</summary>
    private sealed class RunCluster(DataLocation data, ServiceCluster cluster, ICollection<string> problems) : IAsyncDisposable
    {
        public Uri Address => new($"http://127.0.0.1:{cluster.Gateway.Port}/");

        public ProcessSet Processes =>
            new([.. cluster.Silos.Append(cluster.Gateway).Select(each => each.ProcessId), cluster.Redis.ProcessId]);

        public async ValueTask DisposeAsync()
        {
            foreach (var error in cluster.LoggedErrors().Take(5)) problems.Add(error);
            await cluster.DisposeAsync();
            await data.DisposeAsync();
        }
    }
}
