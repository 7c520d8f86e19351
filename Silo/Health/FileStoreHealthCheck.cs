using AgentManagement.ServiceDefaults.Blobs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Silo.Health;

/// <summary>Whether the S3 store answers and lets us in; there only when S3_BUCKET is set.</summary>
internal sealed class FileStoreHealthCheck(IBlobStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await store.CheckAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
