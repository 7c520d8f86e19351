using AgentManagement.Access;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Templates;

namespace AgentManagement.WebGateway.Agents;

/// <summary>The agents of the caller's tenant: the table of contents. The handlers are beside it, by what they do.</summary>
internal static class AgentApi
{
    public static void MapAgents(this IEndpointRouteBuilder api)
    {
        var agents = api.MapGroup("/agents").WithTags("Agents").RequirePermission(Permissions.AgentsRead);

        agents.MapGet("/", AgentReads.List).WithName("listAgents");
        agents.MapGet("/{id}", api.ServiceProvider.GetRequiredService<AgentReader>().Get).WithName("getAgent");
        agents.MapPost("/validate", AgentReads.Validate).WithName("validateAgent");

        agents.MapPost("/", AgentEditing.Create).WithName("createAgent").RequirePermission(Permissions.AgentsWrite);
        agents.MapPut("/{id}", AgentEditing.Replace).WithName("replaceAgent").RequirePermission(Permissions.AgentsWrite);
        agents.MapPost("/{id}/apply", AgentEditing.Apply).WithName("applyAgent").RequirePermission(Permissions.AgentsWrite);
        agents.MapPatch("/{id}", AgentEditing.Patch).WithName("patchAgent").RequirePermission(Permissions.AgentsWrite);
        agents.MapPost("/{id}/clone", AgentEditing.Clone).WithName("cloneAgent").RequirePermission(Permissions.AgentsWrite);
        agents.MapPost("/{id}/rollback", AgentEditing.RollBack).WithName("rollBackAgent").RequirePermission(Permissions.AgentsWrite);

        agents.MapPost("/{id}/upgrade", DerivedAgents.Upgrade).WithName("upgradeAgent").RequirePermission(Permissions.AgentsWrite);

        agents.MapPost("/{id}/activate", AgentStatusChanges.Activate).WithName("activateAgent")
            .RequirePermission(Permissions.AgentsActivate);
        agents.MapPost("/{id}/deactivate", AgentStatusChanges.Deactivate).WithName("deactivateAgent")
            .RequirePermission(Permissions.AgentsActivate);
        agents.MapPost("/{id}/restore", AgentStatusChanges.Restore).WithName("restoreAgent").RequirePermission(Permissions.AgentsDelete);
        agents.MapDelete("/{id}", AgentStatusChanges.Delete).WithName("deleteAgent").RequirePermission(Permissions.AgentsDelete)
            .WithMetadata(AgentStatusChanges.Purge, Forced.Parameter, WriteConditions.Note);

        agents.MapGet("/{id}/versions", AgentHistory.List).WithName("listAgentVersions");
        agents.MapGet("/{id}/versions/{version}", AgentHistory.Get).WithName("getAgentVersion");
        agents.MapGet("/{id}/versions/{from}/diff/{to}", AgentHistory.Compare).WithName("compareAgentVersions")
            .WithMetadata(new OfferedTypes([RequestBody.Json, RequestBody.Text]));
        agents.MapGet("/{id}/versions/{from}/diff/{to}/risks", AgentHistory.ListRisks).WithName("listRisks");
    }
}
