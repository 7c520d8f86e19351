using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Agents;

/// <summary>Moving an agent between its statuses, and out of the system.</summary>
internal static class AgentStatusChanges
{
    public static readonly QueryParameter<bool> Purge = QueryParameter.Flag(
        "purge", "Removes an archived agent's configuration for good (administrators); the log keeps who and when.");

    /// <summary>Makes an agent live.</summary>
    public static async Task<Results<Ok<AgentResponse>, Ok<DryRunResponse>, Problem>> Activate(
        string id, WriteRequest<StatusChangeRequest> request, HttpContext http, CallerGrains grains) =>
        WriteAnswers.Changed(http, request, await grains.ApplyAsync(
            id, new ActivateAgent(request.Body.Note ?? request.Body.Reason) { Options = request.Options }));

    /// <summary>Takes an agent out of service.</summary>
    public static async Task<Results<Ok<AgentResponse>, Ok<DryRunResponse>, Problem>> Deactivate(
        string id, WriteRequest<StatusChangeRequest> request, HttpContext http, CallerGrains grains) =>
        WriteAnswers.Changed(http, request, await grains.ApplyAsync(
            id, new DeactivateAgent(request.Body.Note ?? request.Body.Reason) { Options = request.Options }));

    /// <summary>Brings an archived agent back within 30 days.</summary>
    public static async Task<Results<Ok<AgentResponse>, Ok<DryRunResponse>, Problem>> Restore(
        string id, WriteRequest<NoteRequest> request, HttpContext http, CallerGrains grains) =>
        WriteAnswers.Changed(http, request, await grains.ApplyAsync(
            id, new RestoreAgent { Options = request.Options with { Note = request.Body.Note } }));

    /// <summary>Archives an agent, or purges one that is archived. While others refer to it, it stays, unless it is forced.</summary>
    public static async Task<Results<NoContent, Ok<DryRunResponse>, Problem>> Delete(
        string id, WriteRequest request, HttpContext http, CurrentCaller caller, CallerGrains grains)
    {
        var isPurge = Purge.Read(http);
        if (isPurge && !caller.May(Permissions.AgentsPurge)) return AccessProblems.MissingPermission(Permissions.AgentsPurge);
        var options = request.Options with { Note = WriteConditions.Note.Read(http) };
        var (isForced, refused) = Forced.Read(http);
        if (refused is not null) return refused;
        AgentCommand command = isPurge ? new PurgeAgent { Options = options, Force = isForced }
            : new ArchiveAgent { Options = options, Force = isForced };
        return WriteAnswers.Gone(http, request, await grains.ApplyAsync(
            id, command));
    }
}
