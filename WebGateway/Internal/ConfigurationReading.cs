using AgentManagement.Agents;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Internal;

/// <summary>What services that run agents read. There is no way to change anything from here.</summary>
internal static class ConfigurationReading
{
    public static readonly RequestParameter Version = RequestParameter.Query(
        "version", "A version that is kept; without it the current one.", """{"type":"integer","minimum":1}""");

    /// <summary>Lists a tenant's agents.</summary>
    public static async Task<Results<Ok<AgentListResponse>, Refused>> List(string tenant, AgentListQuery query, CurrentCaller caller, CallerGrains grains)
    {
        if (caller.TenantId != tenant) return Refused.NotFound;
        var outcome = await grains.CatalogAsync(catalog => catalog.ListAgentsAsync(query.Query));
        return outcome.IsOk ? TypedResults.Ok(AgentListResponse.Of(outcome.Value!)) : Refused.For(outcome);
    }

    /// <summary>Reads an agent's configuration, with a hash by which it can be verified.</summary>
    public static async Task<Results<Ok<ConfigurationResponse>, NotModified, Refused>> Get(
        string tenant, string id, HttpContext http, CurrentCaller caller, CallerGrains grains)
    {
        if (caller.TenantId != tenant) return Refused.NotFound;
        var version = new QueryReader(http.Request.Query).Number(Version, 1, int.MaxValue, otherwise: 0);
        var outcome = await grains.AgentAsync(id, agent => version > 0 ? agent.GetVersionAsync(version) : agent.GetAsync());
        if (!outcome.IsOk) return Refused.For(outcome);
        return NotModified.IfKnown(http, outcome.Value!.Version) is { } known ? known : TypedResults.Ok(ConfigurationResponse.Of(outcome.Value));
    }

    /// <summary>Reads the current configurations of several agents at once; those that are not there are named.</summary>
    public static async Task<Results<Ok<ResolvedResponse>, Refused>> Resolve(string tenant, Body<ResolveBody> body, CurrentCaller caller, CallerGrains grains)
    {
        if (caller.TenantId != tenant) return Refused.NotFound;
        var outcomes = await Task.WhenAll(body.Value.Ids.Select(id => grains.AgentAsync(id, agent => agent.GetAsync())));
        if (outcomes.FirstOrDefault(outcome => outcome.Kind is not (OutcomeKind.Ok or OutcomeKind.NotFound)) is { } refused) return Refused.For(refused);
        return TypedResults.Ok(new ResolvedResponse(
            [.. outcomes.Where(outcome => outcome.IsOk).Select(outcome => ConfigurationResponse.Of(outcome.Value!))],
            [.. body.Value.Ids.Where((_, index) => !outcomes[index].IsOk)]));
    }
}
