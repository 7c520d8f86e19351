using System.Text.Json;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Grains.Audit;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Tasks;
using AgentManagement.Tenants;

namespace AgentManagement.Silo.Maintenance;

/// <summary>Tells every tenant of a window an hour before it begins.</summary>
internal sealed class MaintenanceAnnouncement(ServiceSettings settings, IAuditStore log, IGrainFactory grains, TimeProvider time)
    : IHousekeepingJob
{
    /// <summary>How long before it begins.</summary>
    internal static readonly TimeSpan Notice = TimeSpan.FromHours(1);

    private DateTimeOffset? _announced;

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        if (settings.MaintenanceWindow?.At(now) is not { } window || window.From <= now || window.From - now > Notice) return;
        if (_announced == window.From) return;
        foreach (var tenantId in await log.ListTenantsAsync())
        {
            stopping.ThrowIfCancellationRequested();
            var correlationId = Guid.NewGuid().ToString("n");
            Caller.Current = new Caller(tenantId, Caller.SystemSubject, Caller.SiloRole, null, correlationId);
            // When its silo dies another one tells it again, under the same id.
            var eventId = TaskId.Of($"maintenance of {tenantId} at {window.From.ToUnixTimeSeconds()}");
            await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenantId)).AnnounceAsync(
                new(eventId, AgentManagement.Changes.Notice.MaintenanceScheduled, now, correlationId,
                    new JsonText(JsonSerializer.Serialize(new { from = window.From, until = window.Until }))));
        }
        _announced = window.From;
    }
}
