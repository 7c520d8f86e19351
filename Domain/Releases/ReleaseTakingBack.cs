using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

using Decision = Outcome<Decided<LabelState, LabelChange>>;

/// <summary>Taking back what releases did, because somebody or a verdict says so. Pure.</summary>
internal static class ReleaseTakingBack
{
    public static Decision Rollback(LabelWriting change, RollbackRelease command)
    {
        var found = change.Label.Releases.FirstOrDefault(release => release.Id == command.ReleaseId) ?? change.Context.Finished;
        if (found is not { } release || release.Id != command.ReleaseId) return ReleaseDecisions.NotFound;
        if (WriteRules.CheckVersion<Decided<LabelState, LabelChange>>(release.Version, command.Options) is { } refused) return refused;
        if (ReleaseDecisions.IssueOf(command.Reason) is { } issue) return Outcome.Invalid<Decided<LabelState, LabelChange>>([issue]);
        if (ReleaseTransitions.Check<Decided<LabelState, LabelChange>>(release, ReleaseAction.Rollback) is { } misplaced) return misplaced;
        if (ReleaseDecisions.IsProtected(change) is { } denied) return denied;
        return Rollback(change, release, command.Reason);
    }

    public static Decision Rollback(LabelWriting change, ReleaseDocument release, string reason)
    {
        var context = change.Context;
        var isEnded = release.Status == ReleaseStatus.Completed;
        ImmutableArray<ReleaseItem> items =
        [
            .. release.Items.Select(item => new ReleaseItem(
                item.AgentId, item.Expected, isEnded ? item.Version : item.Expected,
                context.Facts.GetValueOrDefault(item.AgentId)?.DocumentHash)),
        ];
        var moved = release.Items.Where(item => IsMoved(change.Label, release, item)).ToList();
        if (moved.Count > 0)
        {
            return Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.Conflict, "moved_since", $"{moved.Count} of its agents have another version by now; nothing was taken back.",
                moved.Select(item => Issue.Error("moved_since", $"/items/{release.Items.IndexOf(item)}", $"'{item.AgentId}' has moved.")));
        }
        if (items.FirstOrDefault(item => item.Version is not null && !IsKept(context, item)) is { } gone)
        {
            return Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.Conflict, "version_gone", $"The version that '{gone.AgentId}' had is not kept; nothing was taken back.");
        }
        ImmutableArray<string> agentIds = [.. items.Select(item => item.AgentId)];
        if (ReleaseDecisions.RefuseOthers<Decided<LabelState, LabelChange>>(change, agentIds, release.Id) is { } busy) return busy;
        var inverse = new ReleaseDocument
        {
            Id = context.NewId, Label = context.Name, Kind = ReleaseKind.Rollback, Status = ReleaseStatus.Open, Items = items,
            PlanHash = ReleasePlans.HashOf(context.Name, ReleaseKind.Rollback, items, null, null), Seed = context.NewSeed,
            Authors = ReleaseDecisions.AuthorsOf(items, context), Reason = reason, ExpiresAt = ReleasePlans.ExpiryOf(null, context.Now),
            Version = change.Version, RollbackOf = release.Id, CreatedAt = context.Now, CreatedBy = context.Caller.Subject,
            UpdatedAt = context.Now,
        };
        // Of a rollout that has not ended nothing but what was approved before comes back.
        if (isEnded && ReleaseGates.NeededApprovals(change.Label, ReleaseKind.Rollback) > 0)
        {
            if (ReleaseDecisions.RefuseMany<Decided<LabelState, LabelChange>>(change) is { } many) return many;
            change.Put(inverse);
            return change.End(
                ChangeKind.ReleaseCreated, inverse.Id, note: reason, gates: ReleaseGates.OfStart(change.Label, inverse, context));
        }
        foreach (var item in release.Items)
        {
            change.Assign(item.AgentId, item.Expected is null ? null : new()
            {
                Stable = item.Expected, Release = inverse.Id, Revision = change.Version,
                Previous = isEnded ? item.Version : change.Label.Assignments.GetValueOrDefault(item.AgentId)?.Previous,
            });
        }
        change.Put(release with { Status = ReleaseStatus.RolledBack, Step = null, Reason = reason, Blocked = [] });
        change.Put(inverse with { Status = ReleaseStatus.Completed, LabelRevision = change.Version, StepAt = context.Now });
        return change.End(ChangeKind.ReleaseRolledBack, release.Id, note: reason);
    }

    public static Decision Report(LabelWriting change, ReleaseDocument release, ReportVerdict command)
    {
        var context = change.Context;
        if (command.Name.Length is < 1 or > 100)
        {
            return Outcome.Invalid<Decided<LabelState, LabelChange>>(
                [Issue.Error("out_of_range", "/name", "Must have 1 to 100 characters.")]);
        }
        var others = release.Verdicts.RemoveAll(verdict => verdict.Name == command.Name);
        if (others.Length >= Release.MaxVerdicts)
        {
            return Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.QuotaExceeded, "too_many_verdicts", $"A release can have {Release.MaxVerdicts} verdicts.");
        }
        var verdict = new Verdict(command.Name, command.IsOk, command.Value, command.Url, context.Now, context.Caller.Subject);
        var next = release with { Verdicts = others.Add(verdict) };
        if (command.IsOk || release.Status != ReleaseStatus.Running || release.Rollout is null)
        {
            change.Put(next);
            return change.End(ChangeKind.ReleaseReported, release.Id, note: command.Name);
        }
        var reason = $"The verdict '{command.Name}' is that all is not well.";
        if (release.Rollout.RollsBack) return Rollback(change, next, reason);
        change.Put(next with { Status = ReleaseStatus.Paused, Blocked = [new("verdict_failed", reason)] });
        return change.End(ChangeKind.ReleasePaused, release.Id, note: reason);
    }

    /// <summary>Whether the label has something else by now than the release brought.</summary>
    private static bool IsMoved(LabelDocument label, ReleaseDocument release, ReleaseItem item)
    {
        var assignment = label.Assignments.GetValueOrDefault(item.AgentId);
        return item.Version is null ? assignment is not null : assignment?.Release != release.Id;
    }

    private static bool IsKept(LabelContext context, ReleaseItem item) =>
        context.Facts.GetValueOrDefault(item.AgentId) is { IsKept: true };
}
