using Orleans.Runtime;

namespace AgentManagement.Observability;

/// <summary>Where in which trace the current code is, as it travels with grain calls.</summary>
internal static class TraceContext
{
    /// <summary>Names of tags, as in the log.</summary>
    public const string CorrelationId = "correlation_id";

    /// <inheritdoc cref="CorrelationId"/>
    public const string TenantId = "tenant_id";

    private const string ContextKey = "traceparent";

    /// <summary>As W3C Trace Context writes it; null when nothing is recorded.</summary>
    public static string? Current
    {
        get => RequestContext.Get(ContextKey) as string;
        set
        {
            if (value is null) RequestContext.Remove(ContextKey);
            else RequestContext.Set(ContextKey, value);
        }
    }
}
