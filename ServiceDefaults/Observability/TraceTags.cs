namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>Tags of a trace's spans; the log names them alike.</summary>
public static class TraceTags
{
    public const string CorrelationId = "correlation_id";
    public const string TenantId = "tenant_id";
    public const string TaskId = "task_id";
}
