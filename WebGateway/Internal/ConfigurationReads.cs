using AgentManagement.Agents;
using AgentManagement.Domain.Configuration;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
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
        if (query is { Version: > 0, Label: not (null or LabelName.Latest) })
        {
            return Problem.Malformed("invalid_parameter", "There is a version or a label, not both.");
        }
        if (query.Version == 0 && await reads.LabelOfAsync(query.Label) is { } label)
        {
            return await GetLabelledAsync(id, label, query, reads, cancellationToken);
        }
        var outcome = await (query.Version > 0 ? reads.GetVersionAsync(id, query.Version, cancellationToken) : reads.GetAsync(id));
        if (!outcome.IsOk) return Problem.For(outcome);
        var answer = ConfigurationResponse.Of(outcome.Value, await DefaultsOfAsync([outcome.Value], reads));
        return query.IfKnown(answer.Tag) is { } known ? known : TypedResults.Ok(answer);
    }

    /// <summary>Reads the current configurations of several agents at once; those that are not there are named.</summary>
    public static async Task<Results<Ok<ResolvedResponse>, Problem>> Resolve(
        string tenant, Body<ResolveRequest> body, CurrentCaller caller, InternalReads reads, CancellationToken cancellationToken)
    {
        if (caller.TenantId != tenant) return Problem.NotFound;
        ImmutableArray<string> ids = [.. body.Value.Ids.Distinct(StringComparer.Ordinal)];
        if (await reads.LabelOfAsync(body.Value.Label) is { } label)
        {
            return await ResolveLabelledAsync(ids, label, body.Value.Key, reads, cancellationToken);
        }
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

    /// <summary>Reads what it takes to choose a label's versions without asking.</summary>
    public static async Task<Results<Ok<LabelRulesResponse>, NotModified, Problem>> GetRules(
        string tenant, string label, KnownCopy copy, CurrentCaller caller, InternalReads reads)
    {
        if (caller.TenantId != tenant) return Problem.NotFound;
        var outcome = await reads.GetRulesAsync(label);
        if (!outcome.IsOk) return Problem.For(outcome);
        if (copy.IfKnown(EntityTag.Of(outcome.Value.Revision)) is { } known) return known;
        return TypedResults.Ok(new LabelRulesResponse(label, outcome.Value.Revision, [
            .. outcome.Value.Items.Select(item => new VersionRuleResponse(
                item.AgentId, item.Stable, item.Candidate, item.Weight, item.Seed, item.Release)),
        ]));
    }

    private static async Task<Results<Ok<ConfigurationResponse>, NotModified, Problem>> GetLabelledAsync(
        string id, string label, ConfigurationQuery query, InternalReads reads, CancellationToken cancellationToken)
    {
        var resolved = await reads.ResolveAsync(label, [id], query.Key);
        if (!resolved.IsOk) return Problem.For(resolved);
        if (resolved.Value.Items is not [var version]) return Problem.NotFound;
        var outcome = await ReadAsync(version, reads, cancellationToken);
        if (!outcome.IsOk) return Problem.For(outcome);
        var answer = ConfigurationResponse.Of(outcome.Value, await DefaultsOfAsync([outcome.Value], reads))
            .With(label, resolved.Value, version);
        return query.IfKnown(answer.Tag) is { } known ? known : TypedResults.Ok(answer);
    }

    private static async Task<Results<Ok<ResolvedResponse>, Problem>> ResolveLabelledAsync(
        ImmutableArray<string> ids, string label, string? key, InternalReads reads, CancellationToken cancellationToken)
    {
        var resolved = await reads.ResolveAsync(label, ids, key);
        if (!resolved.IsOk) return Problem.For(resolved);
        // Versions do not change: however long it takes to read them, they are those of the one revision.
        var outcomes = await Task.WhenAll(resolved.Value.Items.Select(version => ReadAsync(version, reads, cancellationToken)));
        if (outcomes.FirstOrDefault(outcome => outcome.Kind is not (OutcomeKind.Ok or OutcomeKind.NotFound)) is { } refused)
        {
            return Problem.For(refused);
        }
        var defaults = await DefaultsOfAsync([.. outcomes.Select(outcome => outcome.Value).OfType<Agent>()], reads);
        ImmutableArray<ConfigurationResponse> items =
        [
            .. outcomes.Zip(resolved.Value.Items).Where(pair => pair.First.IsOk)
                .Select(pair => ConfigurationResponse.Of(pair.First.Value!, defaults).With(label, resolved.Value, pair.Second)),
        ];
        return TypedResults.Ok(new ResolvedResponse(items, [.. ids.Except(items.Select(item => item.Id))], resolved.Value.Revision));
    }

    /// <summary>The version, with the status that the agent has now: it is what stops an agent whatever labels say.</summary>
    public static async Task<Outcome<Agent>> ReadAsync(ResolvedVersion version, InternalReads reads, CancellationToken cancellationToken)
    {
        var current = await reads.GetAsync(version.AgentId);
        if (!current.IsOk || current.Value.Version == version.Version) return current;
        var kept = await reads.GetVersionAsync(version.AgentId, version.Version, cancellationToken);
        return kept.IsOk ? Outcome.Ok(kept.Value with { Status = current.Value.Status, Degraded = current.Value.Degraded }) : kept;
    }

    /// <summary>What the tenant has for them; null where they leave nothing to it, and then it is not asked.</summary>
    public static async Task<TenantDefaults?> DefaultsOfAsync(ImmutableArray<Agent> agents, InternalReads reads) =>
        agents.Any(agent => ConfigurationResolution.LeavesModel(agent.Config)) ? await reads.GetDefaultsAsync() : null;
}
