using AgentManagement.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using AgentManagement.WebGateway.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Templates;

/// <summary>Making agents from templates, and bringing them to newer versions of these.</summary>
internal static class DerivedAgents
{
    /// <summary>Makes an agent from a template, as a draft.</summary>
    public static async Task<Results<Created<AgentResponse>, Ok<DryRunResponse>, Problem>> Instantiate(
        string template, WriteRequest<InstantiateRequest> request, HttpContext http, CallerGrains grains)
    {
        var body = request.Body;
        var command = new InstantiateTemplate(
            template, body.Name, body.Variables ?? JsonText.EmptyObject, body.Customizations
                ?? JsonText.EmptyObject)
        { Options = request.Options with { Note = body.Note } };
        return WriteAnswers.Created(http, request, await grains.ApplyAsync(body.Id, command));
    }

    /// <summary>Brings an agent to another version of its template, keeping what the tenant changed. Undone by a rollback.</summary>
    public static async Task<Results<Ok<AgentResponse>, Ok<DryRunResponse>, Problem>> Upgrade(
        string id, WriteRequest<UpgradeRequest> request, HttpContext http, CallerGrains grains)
    {
        var body = request.Body;
        var decisions = body.Decisions?.ToImmutableDictionary(decision => decision.Key, decision => ConflictChoices.Of(decision.Value));
        var command = new UpgradeAgent(
            body.ToVersion, body.Variables ?? JsonText.EmptyObject, ConflictChoices.Of(body.OnConflict),
            decisions ?? ImmutableDictionary<string, ConflictChoice>.Empty, body.Note)
        { Options = request.Options };
        return WriteAnswers.Changed(http, request, await grains.ApplyAsync(id, command));
    }

    /// <summary>Starts a task that brings all agents of a template to one of its versions, in waves.</summary>
    public static async Task<Results<Accepted<TaskResponse>, Problem>> UpgradeAll(
        string template, Body<UpgradeAllRequest> body, HttpContext http, CurrentCaller caller, CallerGrains grains)
    {
        var command = new UpgradeDerivedAgents(
            template, body.Value.ToVersion, ConflictChoices.Of(body.Value.OnConflict), body.Value.MaxFailures ?? 0);
        return await TaskStart.RunAsync(http, body.Text.Text, caller, grains, command);
    }
}
