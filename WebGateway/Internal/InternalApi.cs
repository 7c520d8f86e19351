using AgentManagement.Access;
using AgentManagement.Json;
using AgentManagement.Releases;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.Tenants;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;
using AgentManagement.WebGateway.Runtimes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Internal;

/// <summary>For the platform's other services: readings, and the administrators' tiers.</summary>
internal static class InternalApi
{
    public const string Base = "/internal/v1";
    public const string TenantParameter = "tenant";

    private static readonly RequestParameter TenantId = RequestParameter.Path(
        TenantParameter, "The tenant's id.", """{"type":"string","pattern":"^[A-Za-z0-9_-]{1,64}$"}""");

    private static readonly RequestParameter Label = RequestParameter.Path(
        "label", "The label.", $$"""{"type":"string","pattern":"{{LabelName.Pattern}}"}""");

    public static void MapInternal(this IEndpointRouteBuilder root)
    {
        var tenant = root.MapGroup($"{Base}/tenants/{{{TenantParameter}}}").WithTags("Internal")
            .WithMetadata(StrictRequest.Required, RequestLimited.Internal, TenantId);
        tenant.MapPut("/", Configure).WithName("configureTenant").RequirePermission(Permissions.TenantsManage)
            .WithMetadata(WriteConditions.DryRun);

        tenant.MapRuntimeReports();

        var reading = tenant.MapGroup("").RequirePermission(Permissions.InternalRead);
        reading.MapGet("/agents", ConfigurationReads.List).WithName("listAgentsOfTenant");
        reading.MapGet("/agents/{id}/config", ConfigurationReads.Get).WithName("getConfiguration");
        reading.MapGet("/labels/{label}/rules", ConfigurationReads.GetRules).WithName("getLabelRules").WithMetadata(Label);
        reading.MapPost("/resolve", ConfigurationReads.Resolve).WithName("resolveConfigurations");
    }

    /// <summary>
    /// Sets a tenant's tier, and figures of its own, over whatever its tokens claim; tells what the tenant has beyond them.
    /// Nothing of it is deleted or deactivated.
    /// </summary>
    public static async Task<Results<Ok<TenantChangeResponse>, Problem>> Configure(
        string tenant, Body<ConfigureTenantRequest> body, HttpContext http, PlatformGrains grains)
    {
        var isDryRun = WriteConditions.DryRun.Read(http);
        var command = new ConfigureTenant(body.Value.Tier, body.Value.Overrides ?? JsonText.EmptyObject)
        {
            RequireIfMatch = body.Value.Settings?.RequireIfMatch == true,
            DefaultModel = body.Value.Settings?.DefaultModel is { } model ? new(model.Provider, model.Id) : null,
            DefaultLabel = body.Value.Settings?.DefaultLabel is { } label and not LabelName.Latest ? label : null,
            Options = new() { DryRun = isDryRun },
        };
        var outcome = await grains.TenantAs(tenant).ConfigureAsync(command);
        return outcome.IsOk ? TypedResults.Ok(TenantChangeResponse.Of(outcome.Value, isDryRun)) : Problem.For(outcome);
    }
}
