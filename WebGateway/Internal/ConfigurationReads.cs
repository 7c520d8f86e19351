using AgentManagement.Agents;
using AgentManagement.Domain.Configuration;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Internal;

/// <summary>What services that run agents read. Handlers have <see cref="InternalReads"/> and no way to change anything.</summary>
internal static class ConfigurationReads
{
    /// <summary>Lists a tenant's agents.</summary>
    public static async Task<Results<Ok<AgentListResponse>, Problem>> List(
        string tenant, AgentListQuery query, CurrentCaller caller, InternalReads reads, CancellationToken cancellationToken)
    {
        if (caller.TenantId != tenant) return Problem.NotFound;
        var outcome = await reads.ListAgentsAsync(query.Query, cancellationToken);
        return outcome.IsOk ? TypedResults.Ok(AgentListResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Reads an agent's configuration, with a hash by which it can be verified.</summary>
    public static async Task<Results<Ok<ConfigurationResponse>, NotModified, Problem>> Get(
        string tenant, string id, ConfigurationQuery query, CurrentCaller caller, InternalReads reads, CancellationToken cancellationToken)
    {
        if (caller.TenantId != tenant) return Problem.NotFound;
        var outcome = await (query.Version > 0 ? reads.GetVersionAsync(id, query.Version, cancellationToken) : reads.GetAsync(id));
        if (!outcome.IsOk) return Problem.For(outcome);
        var answer = ConfigurationResponse.Of(outcome.Value, await DefaultsOfAsync([outcome.Value], reads));
        return query.IfKnown(answer.Tag) is { } known ? known : TypedResults.Ok(answer);
    }

    /// <summary>Reads the current configurations of several agents at once; those that are not there are named.</summary>
    public static async Task<Results<Ok<ResolvedResponse>,
    Problem>> Resolve(string tenant, Body<ResolveRequest> body, CurrentCaller caller, InternalReads reads)
    {
        if (caller.TenantId != tenant) return Problem.NotFound;
        ImmutableArray<string> ids = [.. body.Value.Ids.Distinct(StringComparer.Ordinal)];
        var outcomes = await Task.WhenAll(ids.Select(reads.GetAsync));
        if (outcomes.FirstOrDefault(outcome => outcome.Kind is not (OutcomeKind.Ok or OutcomeKind.NotFound)) is { } refused)
        {
            return Problem.For(refused);
        }
        var agents = outcomes.Select(outcome => outcome.Value).OfType<Agent>().ToImmutableArray();
        var defaults = await DefaultsOfAsync(agents, reads);
        return TypedResults.Ok(new ResolvedResponse(
            [.. agents.Select(agent => ConfigurationResponse.Of(agent, defaults))],
            [.. ids.Where((_, index) => !outcomes[index].IsOk)]));
    }

    /// <summary>What the tenant has for them; null where they leave nothing to it, and then it is not asked.</summary>
    private static async Task<TenantDefaults?> DefaultsOfAsync(ImmutableArray<Agent> agents, InternalReads reads) =>
        agents.Any(agent => ConfigurationResolution.LeavesModel(agent.Config)) ? await reads.GetDefaultsAsync() : null;
}
