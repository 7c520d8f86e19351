using AgentManagement.Agents;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Agents;

/// <summary>The answers that writes share: headers, dry runs and refusals.</summary>
internal static class WriteAnswers
{
    // What is told of a write that had nothing to do.
    private const string Unchanged = "none";

    /// <summary>201 with the new agent.</summary>
    public static Results<Created<AgentResponse>, Ok<DryRunResponse>, Problem> Created(
        HttpContext http, WriteRequest request, Outcome<AgentChange> outcome)
    {
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        return outcome.IsOk
            ? TypedResults.Created(Describe(http, outcome.Value), AgentResponse.Of(outcome.Value, outcome.Issues)) : Problem.For(outcome);
    }

    /// <summary>200 with the agent.</summary>
    public static Results<Ok<AgentResponse>, Ok<DryRunResponse>, Problem> Changed(
        HttpContext http, WriteRequest request, Outcome<AgentChange> outcome)
    {
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        if (!outcome.IsOk) return Problem.For(outcome);
        Describe(http, outcome.Value);
        return TypedResults.Ok(AgentResponse.Of(outcome.Value, outcome.Issues));
    }

    /// <summary>200 with the agent; 201 when it was made.</summary>
    public static Results<Ok<AgentResponse>, Created<AgentResponse>, Ok<DryRunResponse>, Problem> Replaced(
        HttpContext http, WriteRequest request, Outcome<AgentChange> outcome, bool tellsChange = false)
    {
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        if (!outcome.IsOk) return Problem.For(outcome);
        var location = Describe(http, outcome.Value);
        var agent = AgentResponse.Of(outcome.Value, outcome.Issues);
        if (tellsChange) agent = agent with { Change = outcome.Value.Kind ?? Unchanged };
        return outcome.Value.Created ? TypedResults.Created(location, agent) : TypedResults.Ok(agent);
    }

    /// <summary>204.</summary>
    public static Results<NoContent, Ok<DryRunResponse>, Problem> Gone(HttpContext http, WriteRequest request, Outcome<AgentChange> outcome)
    {
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        if (!outcome.IsOk) return Problem.For(outcome);
        if (outcome.Value.Replayed) WriteConditions.MarkReplay(http);
        return TypedResults.NoContent();
    }

    private static DryRunResponse? DryRun(WriteRequest request, Outcome<AgentChange> outcome) =>
        request.IsDryRun ? DryRunResponse.Of(outcome) : null;

    /// <summary>Sets ETag and replay header; returns where the agent is.</summary>
    private static string Describe(HttpContext http, AgentChange change)
    {
        http.Response.Headers.ETag = EntityTag.Of(change.Agent!.Version);
        if (change.Replayed) WriteConditions.MarkReplay(http);
        if (change.Merged is not null) http.Response.Headers[WriteConditions.PreferenceApplied] = WriteConditions.MergeFields;
        return $"/api/v1/agents/{change.Agent.Id}";
    }
}
