using AgentManagement.Silo.Observability;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Silo.Health;

/// <summary>Whether what is to be done gets done: nothing of it waits for too long, as the last measurement found.</summary>
/// <param name="backlogs">The measurements.</param>
/// <param name="name">Of what.</param>
/// <param name="longest">How long anything may wait.</param>
/// <param name="time">The clock.</param>
internal sealed class BacklogHealthCheck(BacklogAges backlogs, string name, TimeSpan longest, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan OldestMeasurement = TimeSpan.FromSeconds(30);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (backlogs.Find(name) is not { } found) return Task.FromResult(HealthCheckResult.Healthy());
        var measured = time.GetUtcNow() - found.MeasuredAt;
        return Task.FromResult(
            measured > OldestMeasurement ? HealthCheckResult.Unhealthy($"could not be measured for {measured.TotalSeconds:F0} s")
            : found.Age > longest ? HealthCheckResult.Unhealthy($"the oldest has waited for {found.Age.TotalSeconds:F0} s")
            : HealthCheckResult.Healthy());
    }
}
