using AgentManagement.Silo.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Silo.Health;

/// <summary>
/// Whether the database's schema is this program's: it is not when a newer one was applied meanwhile, or a script is missing.
/// </summary>
internal sealed class SchemaHealthCheck(SchemaMigrator migrator) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await migrator.VerifyAsync();
            return HealthCheckResult.Healthy();
        }
        catch (SchemaException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
