using AgentManagement.Access;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Tenants;

/// <summary>The caller's tenant.</summary>
internal static class TenantApi
{
    public static void MapTenant(this IEndpointRouteBuilder api) =>
        api.MapGroup("/tenant").WithTags("Tenant").RequirePermission(Permissions.TenantRead).MapGet("/", Get).WithName("getTenant");

    /// <summary>Tier, limits, use and revision of the tenant.</summary>
    public static async Task<Ok<TenantResponse>> Get(CallerGrains grains, ServiceSettings settings, TimeProvider time) =>
        TypedResults.Ok(TenantResponse.Of(await grains.Tenant.GetAsync(), settings.MaintenanceWindow?.At(time.GetUtcNow())));
}
