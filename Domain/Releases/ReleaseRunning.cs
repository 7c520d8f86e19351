using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

using Decision = Outcome<Decided<LabelState, LabelChange>>;

/// <summary>Starting releases and going on with them, step by step, until all keys have what they bring. Pure.</summary>
internal static class ReleaseRunning
{
    /// <summary>How many agents a label can have.</summary>
    public const int MaxAgents = 10_000;

    public static Decision TryStart(LabelWriting change, ReleaseDocument release)
    {
        var gates = ReleaseGates.OfStart(change.Label, release, change.Context);
        return gates.IsEmpty ? Start(change, release) : ReleaseGates.Refuse<Decided<LabelState, LabelChange>>(release, gates);
    }

    public static Decision Start(LabelWriting change, ReleaseDocument release, string? kind = null, string? note = null)
    {
        var added = release.Items.Count(item => item.Version is not null && !change.Label.Assignments.ContainsKey(item.AgentId));
        if (change.Label.Assignments.Count + added > MaxAgents)
        {
            return Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.QuotaExceeded, "too_many_agents", $"A label can have {MaxAgents} agents.");
        }
        return release.Rollout is null
            ? Complete(change, release, kind, note)
            : ApplyStep(change, release, 0, kind ?? ChangeKind.ReleaseStarted, note);
    }

    public static Decision Advance(LabelWriting change, ReleaseDocument release)
    {
        var gates = ReleaseGates.OfStep(change.Label, release, change.Context).ToImmutableArray();
        return gates.IsEmpty ? GoOn(change, release) : ReleaseGates.Refuse<Decided<LabelState, LabelChange>>(release, gates);
    }

    public static Decision GoOn(LabelWriting change, ReleaseDocument release)
    {
        var next = release.Step!.Value + 1;
        return next < release.Rollout!.Steps.Length
            ? ApplyStep(change, release, next, ChangeKind.ReleaseAdvanced, note: null)
            : Complete(change, release, kind: null, note: null);
    }

    private static Decision ApplyStep(LabelWriting change, ReleaseDocument release, int index, string kind, string? note)
    {
        var step = release.Rollout!.Steps[index];
        // The last one, which is everybody's, and after which nothing is waited for.
        if (step is { Weight: Release.FullWeight, Gate: null } && step.MinDuration == TimeSpan.Zero)
        {
            return Complete(change, release, kind == ChangeKind.ReleaseAdvanced ? null : kind, note);
        }
        foreach (var item in release.Items)
        {
            change.Assign(item.AgentId, new()
            {
                Stable = item.Expected, Candidate = item.Version, Weight = step.Weight, Seed = release.Seed, Release = release.Id,
                Previous = change.Label.Assignments.GetValueOrDefault(item.AgentId)?.Previous, Revision = change.Version,
            });
        }
        change.Put(release with
        {
            Status = ReleaseStatus.Running,
            Step = index,
            StepAt = change.Context.Now,
            LabelRevision = change.Version,
            Blocked = [],
        });
        return change.End(kind, release.Id, note: note ?? (index == 0 ? release.Note : null));
    }

    public static Decision Complete(LabelWriting change, ReleaseDocument release, string? kind, string? note)
    {
        foreach (var item in release.Items)
        {
            change.Assign(item.AgentId, item.Version is null ? null : new()
            {
                Stable = item.Version, Release = release.Id, Previous = item.Expected, Revision = change.Version,
            });
        }
        change.Put(release with
        {
            Status = ReleaseStatus.Completed,
            Step = null,
            StepAt = change.Context.Now,
            LabelRevision = change.Version,
            Blocked = [],
        });
        // What an approved rollback takes back says so, too.
        if (release.RollbackOf is not null && change.Context.Finished is { Status: ReleaseStatus.Completed } original)
        {
            change.Put(original with { Status = ReleaseStatus.RolledBack, Reason = release.Reason });
        }
        return change.End(kind ?? ChangeKind.ReleaseCompleted, release.Id, note: note ?? release.Note);
    }

    public static Decision Pause(LabelWriting change, ReleaseDocument release)
    {
        change.Put(release with { Status = ReleaseStatus.Paused });
        return change.End(ChangeKind.ReleasePaused, release.Id);
    }

    public static Decision Resume(LabelWriting change, ReleaseDocument release)
    {
        // What was reported before is looked at by whoever resumes it.
        change.Put(release with
        {
            Status = ReleaseStatus.Running,
            StepAt = change.Context.Now,
            Blocked = [],
            Verdicts = [.. release.Verdicts.Where(verdict => verdict.IsOk)],
        });
        return change.End(ChangeKind.ReleaseResumed, release.Id);
    }

    public static Decision Cancel(LabelWriting change, ReleaseDocument release)
    {
        change.Put(release with { Status = ReleaseStatus.Cancelled, Blocked = [] });
        return change.End(ChangeKind.ReleaseCancelled, release.Id);
    }

    public static Decision? Block(LabelWriting change, ReleaseDocument release, ImmutableArray<Gate> gates)
    {
        if (gates.Select(gate => (gate.Code, gate.AgentId)).SequenceEqual(release.Blocked.Select(gate => (gate.Code, gate.AgentId))))
        {
            return null;
        }
        change.Put(release with { Blocked = gates });
        return change.End(ChangeKind.ReleaseBlocked, release.Id, gates: gates);
    }
}
