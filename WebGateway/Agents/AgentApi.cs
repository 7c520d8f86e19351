using AgentManagement.Access;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Agents;

/// <summary>The agents of the caller's tenant: the table of contents. The handlers are beside it, by what they do.</summary>
internal static class AgentApi
{
    public static void MapAgents(this IEndpointRouteBuilder api)
    {
        var agents = api.MapGroup("/agents").WithTags("Agents").RequirePermission(Permissions.AgentsRead);

        agents.MapGet("/", AgentReading.List);
        agents.MapGet("/{id}", AgentReading.Get);
        agents.MapPost("/validate", AgentReading.Validate);

        agents.MapPost("/", AgentEditing.Create).RequirePermission(Permissions.AgentsWrite);
        agents.MapPut("/{id}", AgentEditing.Replace).RequirePermission(Permissions.AgentsWrite);
        agents.MapPatch("/{id}", AgentEditing.Patch).RequirePermission(Permissions.AgentsWrite);
        agents.MapPost("/{id}/clone", AgentEditing.Clone).RequirePermission(Permissions.AgentsWrite);
        agents.MapPost("/{id}/rollback", AgentEditing.RollBack).RequirePermission(Permissions.AgentsWrite);

        agents.MapPost("/{id}/activate", AgentStatusChanges.Activate).RequirePermission(Permissions.AgentsActivate);
        agents.MapPost("/{id}/deactivate", AgentStatusChanges.Deactivate).RequirePermission(Permissions.AgentsActivate);
        agents.MapPost("/{id}/restore", AgentStatusChanges.Restore).RequirePermission(Permissions.AgentsDelete);
        agents.MapDelete("/{id}", AgentStatusChanges.Delete).RequirePermission(Permissions.AgentsDelete)
            .WithMetadata(AgentStatusChanges.Purge);

        agents.MapGet("/{id}/versions", AgentHistory.List);
        agents.MapGet("/{id}/versions/{version}", AgentHistory.Get);
        agents.MapGet("/{id}/versions/{from}/diff/{to}", AgentHistory.Compare);
    }
}
