using AgentManagement.Access;
using AgentManagement.Audit;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Keys;
using AgentManagement.Tenants;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Internal;

/// <summary>What the platform's administrators may ask of any tenant. Nothing else in the gateway names a tenant but the token's.</summary>
internal sealed class PlatformGrains(IClusterClient cluster, CurrentCaller caller)
{
    /// <summary>As a parameter of handlers.</summary>
    public static ValueTask<PlatformGrains?> BindAsync(HttpContext context) =>
        new(new PlatformGrains(context.RequestServices.GetRequiredService<IClusterClient>(), CurrentCaller.Of(context)));

    /// <summary>What is no tenant's.</summary>
    public IPlatformGrain Platform => cluster.Bind<IPlatformGrain>(GrainKeys.Platform);

    /// <summary>Any tenant. The calls that follow in the request are made as the administrator, in that tenant.</summary>
    public ITenantGrain TenantAs(string tenantId)
    {
        Caller.Current = caller.Known! with { TenantId = tenantId, Tier = null };
        return cluster.Bind<ITenantGrain>(GrainKeys.Tenant(tenantId));
    }
}
