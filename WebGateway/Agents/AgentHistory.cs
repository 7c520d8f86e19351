using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Agents;

/// <summary>The versions of an agent.</summary>
internal static class AgentHistory
{
    /// <summary>Lists an agent's versions, newest first.</summary>
    public static async Task<Results<Ok<VersionListResponse>, Problem>> List(
        string id, PageQuery page, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Agent(id).ListVersionsAsync(page.Cursor, page.Limit, cancellationToken);
        return outcome.IsOk ? TypedResults.Ok(VersionListResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Reads an agent as it was at a version.</summary>
    public static async Task<Results<Ok<AgentResponse>, NotModified, Problem>> Get(
        string id, int version, HttpContext http, CallerGrains grains, CancellationToken cancellationToken) =>
        AgentReads.Answer(http, await grains.Agent(id).GetVersionAsync(version, cancellationToken));

    /// <summary>Says what changed in the content from one version to another; for people, when Accept asks for text/plain.</summary>
    public static async Task<Results<PlainText, Ok<List<DifferenceResponse>>, Problem>> Compare(
        string id, int from, int to, HttpContext http, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Agent(id).DiffAsync(from, to, cancellationToken);
        if (!outcome.IsOk) return Problem.For(outcome);
        return Accepts.QualityOf(http.Request, RequestBody.Text) > Accepts.QualityOf(http.Request, RequestBody.Json)
            ? new PlainText(DifferenceText.Of(outcome.Value.Differences))
            : TypedResults.Ok(outcome.Value.Differences.Select(DifferenceResponse.Of).ToList());
    }

    /// <summary>Says what it means that one version became another, the gravest first.</summary>
    public static async Task<Results<Ok<List<RiskResponse>>, Problem>> ListRisks(
        string id, int from, int to, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Agent(id).DiffAsync(from, to, cancellationToken);
        return outcome.IsOk ? TypedResults.Ok(outcome.Value.Risks.Select(RiskResponse.Of).ToList()) : Problem.For(outcome);
    }
}
