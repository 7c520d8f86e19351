using AgentManagement.Observability;

namespace AgentManagement.WebGateway.Observability;

/// <summary>Requests by tenant. By route and status ASP.NET itself counts them.</summary>
internal static class RequestMetrics
{
    public static TenantCounter ByTenant { get; } = new(
        "agent_management.tenant.requests", "{request}", "Requests with a valid token, by tenant: those that make most, and all others together.");
}
