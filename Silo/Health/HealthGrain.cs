using AgentManagement.Operations;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Concurrency;

namespace AgentManagement.Silo.Health;

/// <summary>Runs the silo's health checks for a gateway.</summary>
[StatelessWorker]
internal sealed class HealthGrain(HealthCheckService checks) : Grain, IHealthGrain
{
    public async Task<ImmutableArray<HealthPart>> CheckAsync()
    {
        var report = await checks.CheckHealthAsync();
        // Why a server does not answer is for the log: its text may hold addresses.
        return
        [
            .. report.Entries.Select(part => new HealthPart(
                part.Key, part.Value.Status == HealthStatus.Healthy,
                part.Value.Status == HealthStatus.Healthy ? null : "does not answer")),
        ];
    }
}
