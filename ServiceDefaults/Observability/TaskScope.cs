namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>Whose task it is, for the log lines that belong to it.</summary>
public static class TaskScope
{
    /// <summary>Inside of a call that names its tenant.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>> Of(string taskId) => [new(TraceTags.TaskId, taskId)];

    /// <summary>Where nobody has named the tenant.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>> Of(string tenantId, string correlationId, string taskId) =>
        [new(TraceTags.TenantId, tenantId), new(TraceTags.CorrelationId, correlationId), new(TraceTags.TaskId, taskId)];
}
