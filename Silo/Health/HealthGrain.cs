using AgentManagement.Operations;
using Orleans.Concurrency;

namespace AgentManagement.Silo.Health;

/// <summary>Asks the silo's health checks for a gateway.</summary>
[StatelessWorker]
internal sealed class HealthGrain(HealthMonitor monitor) : Grain, IHealthGrain
{
    public Task<ImmutableArray<HealthPart>> CheckAsync() => monitor.AskAsync();
}
