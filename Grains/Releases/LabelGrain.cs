using System.Security.Cryptography;
using System.Text;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Releases;
using AgentManagement.Grains.Runtimes;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Tenants;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Grains.Releases;

/// <summary>One label: what <see cref="LabelRules"/> decide of it and of its releases is written.</summary>
internal sealed class LabelGrain(
    [PersistentState(StorageNames.Label, StorageNames.Provider)] IPersistentState<LabelState> storage,
    [PersistentState(StorageNames.RolloutWatch, StorageNames.Provider)] IPersistentState<RolloutWatch> watch,
    IChangeStore changes,
    ITenantStore store,
    IReleaseStore releases,
    IRuntimeStore runtimes,
    TimeProvider time,
    ILogger<LabelGrain> logger) : AggregateGrain<LabelState>(StorageNames.Label, storage, changes, time, logger), ILabelGrain
{
    // What is counted of the time between two looks: in more than that nobody watched.
    private static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan NoteInterval = TimeSpan.FromSeconds(30);

    private RolloutWatch? _watch;
    private DateTimeOffset? _lastLook;
    private DateTimeOffset _lastNote;

    public Task<Outcome<LabelChange>> ApplyAsync(LabelCommand command) => CommandMetrics.CountAsync(TenantId, command, async () =>
    {
        var newId = NewId(command);
        Release? first = null;
        var outcome = await Replays.RunAsync(
            command.Options, FindAnswerAsync,
            () => ApplyAsync((state, now) => DecideAsync(state, command, newId, now), command.Options.DryRun),
            change => change.Kind is not null,
            kept => new LabelChange(null, first, kept.Kind, [], Replayed: true));
        if (!command.Options.DryRun && outcome is { IsOk: true, Value: { Kind: ChangeKind.ReleaseBypassed, Replayed: false } })
        {
            ReleaseMetrics.CountBypass();
        }
        return outcome;

        async Task<KeptAnswer?> FindAnswerAsync(string key)
        {
            var kept = await store.FindAnswerAsync(TenantId, key, Now);
            if (kept is null) return null;
            // Perhaps it was another activation that made that change.
            MarkOutdated();
            first = (await FindReleaseAsync(command is ReleaseCommand about ? about.ReleaseId : newId))?.ToRelease();
            return kept;
        }
    });

    public async Task ContinueAsync()
    {
        var state = await CurrentAsync();
        if (state.Label is not { } label) return;
        await WatchAsync(label);
        foreach (var release in label.Releases)
        {
            await ApplyAsync(
                async (current, now) => current.Label?.Releases.FirstOrDefault(each => each.Id == release.Id) is { } found
                    ? await ContinueAsync(current, found, now)
                    : Nothing,
                isDryRun: false);
        }
    }

    public async Task<Outcome<Label>> GetAsync() =>
        (await LastAsync()).Label is { } label ? Outcome.Ok(label.ToLabel()) : Outcome.NotFound<Label>();

    public async Task<Outcome<LabelAssignments>> GetAssignmentsAsync() => (await LastAsync()).Label is not { } label
        ? Outcome.NotFound<LabelAssignments>()
        : Outcome.Ok(new LabelAssignments(
            label.Revision, [.. InOrder(label).Select(pair => pair.Value.ToAssignment(pair.Key))]));

    public async Task<Outcome<Release>> GetReleaseAsync(string releaseId) =>
        await FindReleaseAsync(releaseId) is { } release ? Outcome.Ok(release.ToRelease()) : Outcome.NotFound<Release>();

    public async Task<Outcome<Adoption>> GetAdoptionAsync(string releaseId)
    {
        if ((await LastAsync()).Label is not { } label || await FindReleaseAsync(releaseId) is not { } release)
        {
            return Outcome.NotFound<Adoption>();
        }
        return await ReadAdoptionAsync(label, release) is { } adoption
            ? Outcome.Ok(adoption)
            : Outcome.Refuse<Adoption>(OutcomeKind.Conflict, "not_started", "Nothing of the release is applied.");
    }

    public async Task<Outcome<ResolvedLabel>> ResolveAsync(ImmutableArray<string> agentIds, UnloggedText? key)
    {
        if ((await LastAsync()).Label is not { } label) return Outcome.NotFound<ResolvedLabel>();
        var found = ImmutableArray.CreateBuilder<ResolvedVersion>(agentIds.Length);
        foreach (var agentId in agentIds)
        {
            if (label.Assignments.GetValueOrDefault(agentId) is not { } assignment) continue;
            if (IsKeyMissing(assignment, key?.Value))
            {
                return Outcome.Refuse<ResolvedLabel>(
                    OutcomeKind.Invalid, "key_missing", "A rollout is under way: say by which key its variant is chosen.");
            }
            if (Choose(assignment, key?.Value) is var (version, variant)) found.Add(new(agentId, version, variant, assignment.Release));
        }
        return Outcome.Ok(new ResolvedLabel(label.Revision, found.DrainToImmutable()));
    }

    public async Task<Outcome<EvaluatedLabel>> EvaluateAsync(string? agentId, UnloggedText? key)
    {
        if ((await LastAsync()).Label is not { } label) return Outcome.NotFound<EvaluatedLabel>();
        if (agentId is null && label.Assignments.Count > EvaluatedLabel.MaxItems)
        {
            return Outcome.Refuse<EvaluatedLabel>(
                OutcomeKind.Invalid, "too_many_agents", $"The label has more than {EvaluatedLabel.MaxItems} agents: ask for one.");
        }
        var found = ImmutableArray.CreateBuilder<EvaluatedVersion>();
        foreach (var (id, assignment) in InOrder(label).Where(pair => agentId is null || pair.Key == agentId))
        {
            var isSplit = assignment.Candidate is not null;
            if (IsKeyMissing(assignment, key?.Value)) found.Add(new(id, null, VariantName.Stable, assignment.Release, isSplit));
            else if (Choose(assignment, key?.Value) is var (version, variant))
            {
                found.Add(new(id, version, variant, assignment.Release, isSplit));
            }
        }
        return Outcome.Ok(new EvaluatedLabel(label.Revision, found.DrainToImmutable()));
    }

    public async Task<Outcome<VersionRules>> GetRulesAsync() => (await LastAsync()).Label is not { } label
        ? Outcome.NotFound<VersionRules>()
        : Outcome.Ok(new VersionRules(label.Revision, [
            .. InOrder(label).Select(pair => new VersionRule(
                pair.Key, pair.Value.Stable, pair.Value.Candidate, pair.Value.Weight, pair.Value.Seed, pair.Value.Release)),
        ]));

    protected override (string TenantId, string Id)? ReadKey(string key) =>
        GrainKeys.TryReadLabel(key, out var tenantId, out var label) ? (tenantId, label) : null;

    private static Outcome<Decided<LabelState, LabelChange>> Nothing =>
        Outcome.Ok(new Decided<LabelState, LabelChange>(null, new(null, null, null, [])));

    /// <summary>Nobody gets a version by chance.</summary>
    private static bool IsKeyMissing(AssignmentDocument assignment, string? key) =>
        assignment.Candidate is not null && string.IsNullOrEmpty(key);

    /// <summary>The version for a key; null for none: of an agent that a rollout brings to the label the others have none.</summary>
    private static (int Version, string Variant)? Choose(AssignmentDocument assignment, string? key)
    {
        var isCandidate = VariantChoice.IsCandidate(assignment, key ?? "");
        return (isCandidate ? assignment.Candidate : assignment.Stable) is { } version
            ? (version, isCandidate ? VariantName.Candidate : VariantName.Stable) : null;
    }

    private static IEnumerable<KeyValuePair<string, AssignmentDocument>> InOrder(LabelDocument label) =>
        label.Assignments.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>A repeated request is about the same release.</summary>
    private string NewId(LabelCommand command) => GrainKeys.ReleasePrefix + (command.Options.Idempotency is { } key
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{TenantId} {Id} {key.Fingerprint} {key.Key}")))[..32]
        : Guid.CreateVersion7(Now).ToString("n"));

    private async Task<Outcome<Decided<LabelState, LabelChange>>> DecideAsync(
        LabelState state, LabelCommand command, string newId, DateTimeOffset now)
    {
        var context = new LabelContext(TenantId, Id, Caller.Current!, now)
        {
            NewId = newId, NewSeed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), Watch = _watch ?? watch.State,
            Labels = command is SetLabel && state.Label is null ? await releases.CountLabelsAsync(TenantId) : 0,
        };
        if (state.Label is { } label)
        {
            if (command is ReleaseCommand about && label.Releases.All(release => release.Id != about.ReleaseId))
            {
                context = context with { Finished = await FindFinishedAsync(about.ReleaseId) };
            }
            else if (command is StartRelease start)
            {
                context = context with { Finished = await FindOriginalAsync(label.Releases.First(each => each.Id == start.ReleaseId)) };
            }
            context = context with
            {
                Facts = await ReadFactsAsync(label, ItemsOf(label, context.Finished, command)),
                Adoption = command is AdvanceRelease own && label.Releases.FirstOrDefault(each => each.Id == own.ReleaseId) is { } release
                    ? await ReadAwaitedAsync(label, release) : null,
            };
        }
        return LabelRules.Decide(state, command, context);
    }

    private async Task<Outcome<Decided<LabelState, LabelChange>>> ContinueAsync(
        LabelState state, ReleaseDocument release, DateTimeOffset now)
    {
        var isDue = release is { Status: ReleaseStatus.Ready, StartAt: { } start } && start <= now;
        var context = new LabelContext(TenantId, Id, Caller.Current!, now)
        {
            Watch = _watch ?? watch.State,
            Facts = isDue ? await ReadFactsAsync(state.Label!, release.Items) : ImmutableDictionary<string, VersionFacts>.Empty,
            Finished = isDue ? await FindOriginalAsync(release) : null,
            Adoption = await ReadAwaitedAsync(state.Label!, release),
        };
        return LabelRules.Continue(state, release, context) ?? Nothing;
    }

    private Task<ImmutableDictionary<string, VersionFacts>> ReadFactsAsync(LabelDocument label, ImmutableArray<ReleaseItem> items) =>
        items.IsEmpty
            ? Task.FromResult(ImmutableDictionary<string, VersionFacts>.Empty)
            : releases.ReadFactsAsync(TenantId, items, label.Policy.From);

    private async Task<Adoption?> ReadAdoptionAsync(LabelDocument label, ReleaseDocument release) =>
        AdoptionRules.Of(label, release, await runtimes.ReadRunnersAsync(TenantId, Id, release.Items.Select(item => item.AgentId)));

    /// <summary>How far a release's step has come, where its next one waits for that.</summary>
    private async Task<Adoption?> ReadAwaitedAsync(LabelDocument label, ReleaseDocument release) =>
        release is { Rollout: { } rollout, Step: { } step } && rollout.Steps[step].Gate == StepGate.Adoption
            ? await ReadAdoptionAsync(label, release) : null;

    /// <summary>The versions that a command would bring to the label.</summary>
    private static ImmutableArray<ReleaseItem> ItemsOf(LabelDocument label, ReleaseDocument? finished, LabelCommand command)
    {
        var known = command is ReleaseCommand about
            ? label.Releases.FirstOrDefault(release => release.Id == about.ReleaseId) ?? finished : null;
        return command switch
        {
            CreateRelease create => Planned(create.Plan.Items),
            RunRelease run => Planned(run.Plan.Items),
            BypassRelease bypass => Planned(bypass.Plan.Items),
            ChangeRelease { Items: { } items } => Planned(items),
            RollbackRelease or ReportVerdict => [
                .. known?.Items.Select(item => item with { Version = item.Expected, Expected = item.Version }) ?? [],
            ],
            _ => known?.Items ?? [],
        };

        ImmutableArray<ReleaseItem> Planned(ImmutableArray<PlannedItem> items) => items.IsDefault ? [] :
        [
            .. items.Take(Release.MaxItems).Where(item => GrainKeys.IsAgentId(item.AgentId)).DistinctBy(item => item.AgentId)
                .Select(item => new ReleaseItem(
                    item.AgentId, item.Version,
                    item.ExpectsAny ? label.Assignments.GetValueOrDefault(item.AgentId)?.Stable : item.Expected, null)),
        ];
    }

    private async Task<ReleaseDocument?> FindReleaseAsync(string releaseId) =>
        (await LastAsync()).Label?.Releases.FirstOrDefault(release => release.Id == releaseId) ?? await FindFinishedAsync(releaseId);

    private async Task<ReleaseDocument?> FindFinishedAsync(string releaseId) =>
        GrainKeys.IsReleaseId(releaseId) && await releases.FindReleaseAsync(TenantId, releaseId) is { } found && found.Label == Id
            ? found : null;

    private async Task<ReleaseDocument?> FindOriginalAsync(ReleaseDocument release) =>
        release.RollbackOf is { } original ? await FindFinishedAsync(original) : null;

    /// <summary>
    /// Counts how long the steps that hold have been watched. What an activation did not see is not counted, nor what it did not note
    /// before it ended: a step is never shorter than it is to be.
    /// </summary>
    private async Task WatchAsync(LabelDocument label)
    {
        var now = Now;
        var gap = _lastLook is { } last && now > last ? now - last : TimeSpan.Zero;
        (_lastLook, gap) = (now, gap < MaxGap ? gap : MaxGap);
        var known = _watch ?? watch.State;
        _watch = new()
        {
            Steps = label.Releases.Where(release => release is { Status: ReleaseStatus.Running, StepAt: not null }).ToImmutableDictionary(
                release => release.Id,
                release => known.Steps.GetValueOrDefault(release.Id) is { } before && before.StepAt == release.StepAt
                    ? before with { Watched = before.Watched + gap }
                    : new WatchedStep(release.StepAt!.Value, now - release.StepAt < gap ? now - release.StepAt!.Value : gap)),
        };
        if (_watch.Steps.IsEmpty && watch.State.Steps.IsEmpty || now - _lastNote < NoteInterval) return;
        _lastNote = now;
        watch.State = _watch;
        try
        {
            await watch.WriteStateAsync();
        }
        catch
        {
            // What the database has is read by the next activation.
            DeactivateOnIdle();
            throw;
        }
    }
}
