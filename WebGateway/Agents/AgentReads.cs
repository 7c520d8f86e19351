using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Agents;

/// <summary>Listing, reading and validating agents.</summary>
internal static class AgentReads
{
    /// <summary>Lists the tenant's agents.</summary>
    public static async Task<Results<Ok<AgentListResponse>, Problem>> List(
        AgentListQuery query, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Catalog.ListAgentsAsync(query.Query, cancellationToken);
        return outcome.IsOk ? TypedResults.Ok(AgentListResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Says everything that a write of this content would be refused or warned for.</summary>
    public static async Task<Ok<ValidationResponse>> Validate(Body<ContentBody> body, CallerGrains grains) =>
        TypedResults.Ok(ValidationResponse.Of(await grains.Tenant.ValidateAsync(body.Value.Content)));

    /// <summary>The agent with its ETag, or 304 when the client has this version.</summary>
    public static Results<Ok<AgentResponse>, NotModified, Problem> Answer(HttpContext http, Outcome<AgentManagement.Agents.Agent> outcome)
    {
        if (!outcome.IsOk) return Problem.For(outcome);
        return NotModified.IfKnown(http, outcome.Value.Version) is { } known ? known : TypedResults.Ok(AgentResponse.Of(outcome.Value));
    }
}
