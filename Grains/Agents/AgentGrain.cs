using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.Outcomes;
using AgentManagement.Storage;
using AgentManagement.Tenants;
using AgentManagement.Validation;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Agents;

/// <summary>Loads, lets <see cref="AgentRules"/> decide, writes. Nothing is answered that is not durable.</summary>
internal sealed class AgentGrain(
    [PersistentState(StorageNames.Agent, StorageNames.Provider)] IPersistentState<AgentState> storage,
    StorageWatch watch,
    ITenantStore store,
    IChangeLog log,
    ReferenceChecks references,
    TimeProvider time,
    ILogger<AgentGrain> logger) : Grain, IAgentGrain
{
    private const string VersionList = "versions";

    private readonly DurableState<AgentState> _state = new(storage, watch);
    private string _tenantId = "";
    private string _agentId = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!GrainKeys.TryReadAgent(this.GetPrimaryKeyString(), out var tenantId, out var agentId))
        {
            throw new ArgumentException("The grain key is not an agent's.");
        }
        (_tenantId, _agentId) = (tenantId, agentId);
        return Task.CompletedTask;
    }

    public async Task<Outcome<AgentChange>> ApplyAsync(AgentCommand command, Admission admission)
    {
        // A conflict means that the decision was made on an outdated state: nothing was written, so deciding once more
        // on the fresh one is safe, and answers If-Match correctly. A second conflict is the caller's to know.
        var outcome = await TryApplyAsync(command, admission);
        return outcome is { Kind: OutcomeKind.Conflict, Code: WriteRefusals.WriteConflict } ? await TryApplyAsync(command, admission) : outcome;
    }

    public async Task<Outcome<Agent>> GetAsync() =>
        await _state.LastAsync() is { Agent: { } agent } ? Outcome.Ok(agent.ToAgent()) : Outcome.NotFound<Agent>();

    public async Task<Outcome<Agent>> GetVersionAsync(int version) =>
        await FindVersionAsync(version) is { } agent ? Outcome.Ok(agent.ToAgent()) : Outcome.NotFound<Agent>();

    public async Task<Outcome<Page<AgentVersion>>> ListVersionsAsync(string? cursor, int limit)
    {
        if ((await _state.CurrentAsync()).Agent is null) return Outcome.NotFound<Page<AgentVersion>>();
        if (!Cursor.TryReadNumber(cursor, VersionList, out var below)) return Cursor.Refuse<Page<AgentVersion>>();
        var items = await log.ListVersionsAsync(_tenantId, _agentId, below, limit + 1);
        return Outcome.Ok(Cursor.MakePage(items, limit, VersionList, last => new(last.Version.ToString(CultureInfo.InvariantCulture), "")));
    }

    public async Task<Outcome<ImmutableArray<DiffOperation>>> DiffAsync(int from, int to)
    {
        if (await FindVersionAsync(from) is not { } older || await FindVersionAsync(to) is not { } newer)
        {
            return Outcome.NotFound<ImmutableArray<DiffOperation>>();
        }
        return Outcome.Ok(JsonDifference.Between(
            StrictJson.Parse(AgentParts.Of(older).ToContent()), StrictJson.Parse(AgentParts.Of(newer).ToContent())));
    }

    private async Task<Outcome<AgentChange>> TryApplyAsync(AgentCommand command, Admission admission)
    {
        var state = await _state.CurrentAsync();
        var oldVersion = command is RollbackAgent rollback ? await FindVersionAsync(rollback.ToVersion)
            : MergeRules.IsAsked(state, command, out var edited) ? await FindVersionAsync(edited)
            : null;
        var now = time.GetUtcNow();
        var context = new RuleContext(
            _tenantId, _agentId, Caller.Current!, admission, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)), oldVersion);

        var decided = AgentRules.Decide(state, command, context);
        if (!decided.IsOk) return decided.Refusal<AgentChange>();
        var (current, next) = decided.Value!;
        var merged = decided.Value!.Merged;
        if (next is null) return Outcome.Ok(new AgentChange(current.Agent!.ToAgent(), null, current.Agent.Status) { Merged = merged }, decided.Issues);

        var change = new AgentChange(next.Agent?.ToAgent(), next.Changes[0].Kind, current.Agent?.Status) { Merged = merged };
        var warnings = decided.Issues;
        if (ReferenceChecks.Concern(change.Kind))
        {
            var check = await references.CheckAsync(_tenantId, current.Agent, next.Agent!, admission.Limits);
            if (!check.IsOk) return check.Refusal<AgentChange>();
            warnings = [.. warnings, .. check.Value!.Issues];
            next = next with { Changes = [next.Changes[0] with { FilesFound = check.Value.Files }] };
        }
        if (command.Options.DryRun) return Outcome.Ok(change, warnings);

        var (result, limit) = await _state.WriteAsync(next);
        if (result != WriteResult.Written)
        {
            logger.LogWarning(LogEvents.ChangeNotWritten, "The change of agent {AgentId} was not written: {Result}", _agentId, result);
            return WriteRefusals.Of<AgentChange>(result, limit, admission.Limits);
        }
        // Nobody has a reason to ask for it again soon.
        if (next.Agent is null) DeactivateOnIdle();
        logger.LogInformation(LogEvents.ChangeWritten, "{Kind} {AgentId} version {Version}", change.Kind, _agentId, next.Version);
        _ = FeedSignal.SendAsync(GrainFactory, this.GetStreamProvider(ChangeSignal.Provider), next.Changes[0], _state.Mark, logger);
        return Outcome.Ok(change, warnings);
    }

    private async Task<AgentDocument?> FindVersionAsync(int version)
    {
        var state = await _state.CurrentAsync();
        // After a purge nothing is found, even if an answer of the store were late.
        if (state.Agent is null) return null;
        return version == state.Version ? state.Agent : await store.ReadVersionAsync(_tenantId, _agentId, version);
    }
}
