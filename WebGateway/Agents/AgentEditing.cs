using AgentManagement.Agents;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Agents;

/// <summary>Making agents and changing their content.</summary>
internal static class AgentEditing
{
    /// <summary>Makes an agent, as a draft.</summary>
    public static async Task<Results<Created<AgentResponse>, Ok<DryRunResponse>, Problem>> Create(
        WriteRequest<ContentBody> request, HttpContext http, CallerGrains grains) =>
        WriteAnswers.Created(http, request, await grains.ApplyAsync(
            null, new CreateAgent(request.Body.Content) { Options = request.Options }));

    /// <summary>Replaces an agent's content; makes the agent when it is absent.</summary>
    public static async Task<Results<Ok<AgentResponse>, Created<AgentResponse>, Ok<DryRunResponse>, Problem>> Replace(
        string id, WriteRequest<ContentBody> request, HttpContext http, CallerGrains grains) =>
        WriteAnswers.Replaced(http, request, await grains.ApplyAsync(
            id, new ReplaceAgent(request.Body.Content) { Options = request.Options }));

    /// <summary>
    /// Brings an agent to what a file has, and keeps what others changed since the same manager applied it last; makes it when it is
    /// absent.
    /// </summary>
    public static async Task<Results<Ok<AgentResponse>, Created<AgentResponse>, Ok<DryRunResponse>, Problem>> Apply(
        string id, WriteRequest<ApplyRequest> request, HttpContext http, CallerGrains grains)
    {
        var decisions = request.Body.Decisions?.ToImmutableDictionary(
            decision => decision.Key, decision => decision.Value == ApplyRequest.File ? ConflictChoice.Mine : ConflictChoice.Theirs);
        var command = new ApplyAgent(
            request.Body.Manager, request.Body.Content, decisions ?? ImmutableDictionary<string, ConflictChoice>.Empty)
        { Options = request.Options with { Note = request.Body.Note ?? request.Options.Note } };
        return WriteAnswers.Replaced(http, request, await grains.ApplyAsync(id, command), tellsChange: true);
    }

    /// <summary>Changes an agent's content by a JSON merge patch (RFC 7396).</summary>
    public static async Task<Results<Ok<AgentResponse>, Ok<DryRunResponse>, Problem>> Patch(
        string id, WriteRequest<PatchBody> request, HttpContext http, CallerGrains grains) =>
        WriteAnswers.Changed(http, request, await grains.ApplyAsync(
            id, new PatchAgent(request.Body.Patch) { Options = request.Options }));

    /// <summary>Makes a draft with the content of another agent.</summary>
    public static async Task<Results<Created<AgentResponse>, Ok<DryRunResponse>, Problem>> Clone(
        string id, WriteRequest<CloneRequest> request, HttpContext http, CallerGrains grains) =>
        WriteAnswers.Created(http, request, await grains.ApplyAsync(
            request.Body.Id, new CloneAgent(id, request.Body.Name) { Options = request.Options with { Note = request.Body.Note } }));

    /// <summary>Makes a new version with the content of an old one.</summary>
    public static async Task<Results<Ok<AgentResponse>, Ok<DryRunResponse>, Problem>> RollBack(
        string id, WriteRequest<RollbackRequest> request, HttpContext http, CallerGrains grains) =>
        WriteAnswers.Changed(http, request, await grains.ApplyAsync(
            id, new RollbackAgent(request.Body.ToVersion, request.Body.Note) { Options = request.Options }));
}
