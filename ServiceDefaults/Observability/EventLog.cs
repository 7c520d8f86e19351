using AgentManagement.Changes;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>Says at DEBUG which changes were handed on as events, each under the request that it goes back to.</summary>
public static class EventLog
{
    /// <param name="logger">The log.</param>
    /// <param name="tenantId">Whose changes they are.</param>
    /// <param name="to">To whom: a sink, or the gateway's watchers.</param>
    /// <param name="changes">The changes.</param>
    public static void Delivered(ILogger logger, string tenantId, string to, ImmutableArray<ChangeEvent> changes)
    {
        if (!logger.IsEnabled(LogLevel.Debug)) return;
        foreach (var change in changes)
        {
            using var scope = logger.BeginScope(change.TaskId is { } taskId
                ? TaskScope.Of(tenantId, change.CorrelationId, taskId)
                : [new(TraceTags.TenantId, tenantId), new(TraceTags.CorrelationId, change.CorrelationId)]);
            logger.LogDebug(
                LogEvents.EventTold, "Event {Id}, revision {Revision}, was handed to {To}", change.EventId, change.Revision, to);
        }
    }
}
