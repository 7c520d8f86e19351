using AgentManagement.Access;
using AgentManagement.Audit;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Internal;

/// <summary>What the platform's administrators may ask of any tenant. Nothing else in the gateway names a tenant but the token's.</summary>
internal sealed class PlatformGrains(GrainClient client, CurrentCaller caller)
{
    /// <summary>The attempts that were refused and of which no tenant is known.</summary>
    public Task<Outcome<Page<Refusal>>> ListRefusalsAsync(string? cursor, int limit) => client.AskAsync<IPlatformGrain, Outcome<Page<Refusal>>>(
        GrainKeys.Platform, platform => platform.ListRefusalsAsync(cursor, limit));

    /// <summary>Sets a tenant's tier. Doing it again changes nothing, so it may be repeated.</summary>
    public Task<Outcome<TenantChange>> ConfigureAsync(string tenantId, ConfigureTenant command)
    {
        Caller.Current = caller.Known! with { TenantId = tenantId, Tier = null };
        return client.AskAsync<ITenantGrain, Outcome<TenantChange>>(GrainKeys.Tenant(tenantId), tenant => tenant.ConfigureAsync(command));
    }
}
