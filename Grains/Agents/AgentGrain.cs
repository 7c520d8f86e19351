using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Grains.Catalog;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Validation;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Grains.Tenants;
using AgentManagement.Domain.Tenants;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Grains.Agents;

/// <summary>One agent: what <see cref="AgentRules"/> decides of it is written, and its versions are read.</summary>
internal sealed class AgentGrain(
    [PersistentState(StorageNames.Agent, StorageNames.Provider)] IPersistentState<AgentState> storage,
    IChangeStore changes,
    ITenantStore store,
    IChangeLog log,
    TenantLimits limits,
    ReferenceChecks references,
    IReferenceStore uses,
    TimeProvider time,
    ILogger<AgentGrain> logger) : AggregateGrain<AgentState>(StorageNames.Agent, storage, changes, time, logger), IAgentGrain
{
    private const string VersionList = "versions";

    private static readonly Outcome<AgentReading> Unchanged = Outcome.Ok(new AgentReading { IsUnchanged = true });

    // Drawn for each document that this activation takes up: a version alone may come twice, from a database that was put back.
    private (AgentDocument Document, Guid Mark)? _marked;

    public Task<Outcome<AgentChange>> ApplyAsync(AgentCommand command) => CommandMetrics.CountAsync(
        TenantId, command, () => Replays.RunAsync(
            command.Options, FindAnswerAsync, () => TryApplyAsync(command),
            change => change.Kind is not null, kept => kept.ToAgentChange()));

    public async Task<Outcome<Agent>> GetAsync() => Found((await LastAsync()).Agent);

    public async Task<Outcome<AgentReading>> GetIfChangedAsync(Guid known)
    {
        if ((await LastAsync()).Agent is not { } agent) return Outcome.NotFound<AgentReading>();
        if (_marked is not { } marked || !ReferenceEquals(marked.Document, agent)) _marked = marked = (agent, Guid.NewGuid());
        return known == marked.Mark
            ? Unchanged : Outcome.Ok(new AgentReading { IsUnchanged = false, Mark = marked.Mark, Agent = agent.ToAgent() });
    }

    public async Task<Outcome<Agent>> GetVersionAsync(int version, CancellationToken cancellationToken) =>
        Found(await FindVersionAsync(version, cancellationToken));

    public async Task<Outcome<Page<AgentVersion>>> ListVersionsAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        if ((await CurrentAsync()).Agent is null) return Outcome.NotFound<Page<AgentVersion>>();
        if (!Cursor.TryReadNumber(cursor, VersionList, out var below)) return Cursor.Refuse<Page<AgentVersion>>();
        var items = await log.ListVersionsAsync(TenantId, Id, below, limit + 1, cancellationToken);
        return Outcome.Ok(Cursor.MakePage(items, limit, VersionList, last => new(last.Version.ToString(CultureInfo.InvariantCulture), "")));
    }

    public async Task<Outcome<AgentComparison>> DiffAsync(int from, int to, CancellationToken cancellationToken)
    {
        if (await FindVersionAsync(from, cancellationToken) is not { } older
            || await FindVersionAsync(to, cancellationToken) is not { } newer)
        {
            return Outcome.NotFound<AgentComparison>();
        }
        return Compare(older, newer) is ({ } differences, var risks)
            ? Outcome.Ok(new AgentComparison(differences, risks)) : WriteRefusals.TooDifferent<AgentComparison>();
    }

    protected override (string TenantId, string Id)? ReadKey(string key) =>
        GrainKeys.TryReadAgent(key, out var tenantId, out var agentId) ? (tenantId, agentId) : null;

    private async Task<KeptAnswer?> FindAnswerAsync(string key)
    {
        var kept = await store.FindAnswerAsync(TenantId, key, Now);
        // Perhaps it was another activation that made that change.
        if (kept is not null) MarkOutdated();
        return kept;
    }

    private async Task<Outcome<AgentChange>> TryApplyAsync(AgentCommand command)
    {
        var tier = Caller.Current?.Tier;
        var isSecond = false;
        var outcome = await ApplyAsync(
            async (state, now) =>
            {
                var known = isSecond ? await limits.ReadFreshAsync(TenantId, tier) : await limits.ReadAsync(TenantId, tier);
                isSecond = true;
                var decided = await DecideAsync(state, command, known, now);
                if (decided.Kind is not (OutcomeKind.Invalid or OutcomeKind.QuotaExceeded or OutcomeKind.PreconditionRequired)
                    || known.IsFresh) return decided;
                // Perhaps the tenant may more by now.
                var fresh = await limits.ReadFreshAsync(TenantId, tier);
                return fresh.SettingsVersion == known.SettingsVersion ? decided : await DecideAsync(state, command, fresh, now);
            }, command.Options.DryRun);
        // Nobody has a reason to ask for a purged agent again soon.
        if (outcome.Value is { Kind: ChangeKind.Purged } && !command.Options.DryRun) DeactivateOnIdle();
        return outcome;
    }

    private async Task<Outcome<Decided<AgentState, AgentChange>>> DecideAsync(
        AgentState state, AgentCommand command, KnownLimits known, DateTimeOffset now)
    {
        var admission = command.Options.DryRun
            ? Admission.Of(known.Limits, (await store.ReadTotalsAsync(TenantId, DateOnly.FromDateTime(now.UtcDateTime))).Usage)
            : new Admission(known.Limits);
        var oldVersion = command is RollbackAgent rollback ? await FindVersionAsync(rollback.ToVersion)
            : MergeRules.IsAsked(state, command, out var edited) ? await FindVersionAsync(edited)
            : null;
        var context = new RuleContext(TenantId, Id, Caller.Current!, admission, now, oldVersion)
        {
            SettingsVersion = known.SettingsVersion, RequiresMatch = known.RequiresMatch, DefaultModel = known.DefaultModel,
            Referrers = command is ArchiveAgent or PurgeAgent
                ? await uses.ReadReferrersAsync(TenantId, AgentReferences.OfAgent(Id)) : [],
        };
        var decided = AgentRules.Decide(state, command, context);
        if (!decided.IsOk) return decided.Refusal<Decided<AgentState, AgentChange>>();

        var (current, next) = decided.Value;
        var agent = (next ?? current).Agent;
        var change = new AgentChange(agent?.ToAgent(), decided.Value.Kind, current.Agent?.Status) { Merged = decided.Value.Merged };
        if (command.Options.DryRun && current.Agent is { } before && agent is not null && next is not null)
        {
            var (differences, risks) = Compare(before, agent);
            change = change with { Differences = differences, Risks = risks };
        }
        if (next is null || agent is null || !ReferenceChecks.Concern(change.Kind))
        {
            return Outcome.Ok(new Decided<AgentState, AgentChange>(next, change), decided.Issues) with { Referrers = decided.Referrers };
        }
        var check = await references.CheckAsync(TenantId, current.Agent, agent, admission.Limits);
        if (!check.IsOk) return check.Refusal<Decided<AgentState, AgentChange>>();
        if (MarkRules.After(agent, check.Value.Degraded, check.Value.Found) is var degraded && !degraded.SequenceEqual(agent.Degraded))
        {
            // The mark is in all that is made of the agent: it is made again.
            next = AgentRules.Decide(state, command, context with { Degraded = degraded }).Value!.Next!;
            change = change with { Agent = next.Agent!.ToAgent() };
        }
        next = next with { Change = next.Change! with { FilesFound = check.Value.Files } };
        return Outcome.Ok(new Decided<AgentState, AgentChange>(next, change), [.. decided.Issues, .. check.Value.Issues]);
    }

    private async Task<AgentDocument?> FindVersionAsync(int version, CancellationToken cancellationToken = default)
    {
        var state = await CurrentAsync();
        // After a purge nothing is found, even if an answer of the store were late.
        if (state.Agent is null) return null;
        return version == state.Version ? state.Agent : await store.ReadVersionAsync(TenantId, Id, version, cancellationToken);
    }

    private static (ImmutableArray<DiffOperation>? Differences, ImmutableArray<Risk> Risks) Compare(
        AgentDocument older, AgentDocument newer)
    {
        var (from, to) = (AgentParts.Of(older).ToContent(), AgentParts.Of(newer).ToContent());
        return (JsonDifference.Between(StrictJson.Parse(from), StrictJson.Parse(to)), RiskRules.Between(from, to));
    }

    private static Outcome<Agent> Found(AgentDocument? agent) =>
        agent is null ? Outcome.NotFound<Agent>() : Outcome.Ok(agent.ToAgent());
}
