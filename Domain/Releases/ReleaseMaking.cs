using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

using Decision = Outcome<Decided<LabelState, LabelChange>>;

/// <summary>Making releases and changing their plans. Pure.</summary>
internal static class ReleaseMaking
{
    public static Decision Create(LabelWriting change, ReleasePlan plan)
    {
        var made = Make(change, plan, ReleaseKind.Release, reason: null);
        if (!made.IsOk) return made.Refusal<Decided<LabelState, LabelChange>>();
        var release = ReleaseDecisions.WithStatus(change, made.Value);
        change.Put(release);
        return change.End(
            ChangeKind.ReleaseCreated, release.Id, note: release.Note, gates: ReleaseGates.OfStart(change.Label, release, change.Context));
    }

    public static Decision Run(LabelWriting change, ReleasePlan plan)
    {
        var made = Make(change, plan, ReleaseKind.Release, reason: null);
        if (!made.IsOk) return made.Refusal<Decided<LabelState, LabelChange>>();
        var gates = ReleaseGates.OfStart(change.Label, made.Value, change.Context);
        return gates.IsEmpty
            ? ReleaseRunning.Start(change, made.Value)
            : ReleaseGates.Refuse<Decided<LabelState, LabelChange>>(AgentsOf(plan.Items), gates);
    }

    public static Decision Bypass(LabelWriting change, BypassRelease command)
    {
        if (ReleaseDecisions.IssueOf(command.Reason) is { } issue) return Outcome.Invalid<Decided<LabelState, LabelChange>>([issue]);
        var made = Make(change, command.Plan, ReleaseKind.Bypass, command.Reason);
        if (!made.IsOk) return made.Refusal<Decided<LabelState, LabelChange>>();
        var gates = ReleaseGates.OfStart(change.Label, made.Value, change.Context);
        return gates.IsEmpty
            ? ReleaseRunning.Start(change, made.Value, ChangeKind.ReleaseBypassed, command.Reason)
            : ReleaseGates.Refuse<Decided<LabelState, LabelChange>>(AgentsOf(command.Plan.Items), gates);
    }

    private static Outcome<ReleaseDocument> Make(LabelWriting change, ReleasePlan plan, string kind, string? reason)
    {
        var context = change.Context;
        List<Issue> issues =
        [
            .. ReleasePlans.Check(plan.Items, plan.Rollout, context.Facts),
            .. ReleasePlans.CheckTimes(plan.StartAt, plan.ExpiresAt, context.Now),
            .. ReleaseDecisions.CheckNote(plan.Note),
        ];
        if (issues.Count > 0) return Outcome.Invalid<ReleaseDocument>(issues);
        var items = ReleasePlans.Complete(change.Label, plan.Items, context.Facts);
        if ((ReleaseDecisions.RefuseMany<ReleaseDocument>(change)
            ?? ReleaseDecisions.RefuseOthers<ReleaseDocument>(change, AgentsOf(plan.Items), exceptId: null)) is { } refused)
        {
            return refused;
        }
        return Outcome.Ok(new ReleaseDocument
        {
            Id = context.NewId, Label = context.Name, Kind = kind, Status = ReleaseStatus.Open, Items = items, Rollout = plan.Rollout,
            PlanHash = ReleasePlans.HashOf(context.Name, kind, items, plan.Rollout, plan.StartAt), Seed = context.NewSeed,
            Authors = ReleaseDecisions.AuthorsOf(items, context), Note = plan.Note, Reason = reason, StartAt = plan.StartAt,
            ExpiresAt = plan.ExpiresAt ?? ReleasePlans.ExpiryOf(plan.StartAt, context.Now), Version = change.Version,
            CreatedAt = context.Now, CreatedBy = context.Caller.Subject, UpdatedAt = context.Now,
        });
    }

    public static Decision Change(LabelWriting change, ReleaseDocument release, ChangeRelease command)
    {
        // It passes what others wait for, so that it brings nothing but what was there.
        if (release.Kind == ReleaseKind.Rollback && (command.Items is not null || command.ChangesRollout))
        {
            return Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.Conflict, "is_rollback", "A rollback brings what was there before; make a release of anything else.");
        }
        var context = change.Context;
        var planned = command.Items
            ?? [.. release.Items.Select(item => new PlannedItem(item.AgentId, item.Version, item.Expected, ExpectsAny: false))];
        var rollout = command.ChangesRollout ? command.Rollout : release.Rollout;
        var startAt = command.ChangesStart ? command.StartAt : release.StartAt;
        List<Issue> issues =
        [
            .. ReleasePlans.Check(planned, rollout, context.Facts),
            .. ReleasePlans.CheckTimes(startAt, command.ExpiresAt, context.Now),
            .. ReleaseDecisions.CheckNote(command.Note),
        ];
        if (issues.Count > 0) return Outcome.Invalid<Decided<LabelState, LabelChange>>(issues);
        var items = ReleasePlans.Complete(change.Label, planned, context.Facts);
        if (ReleaseDecisions.RefuseOthers<Decided<LabelState, LabelChange>>(change, AgentsOf(planned), release.Id) is { } refused)
        {
            return refused;
        }
        var next = ReleaseDecisions.WithStatus(change, release with
        {
            Items = items,
            Rollout = rollout,
            StartAt = startAt,
            // What would end before it starts ends a week after, as what is made so does.
            ExpiresAt = command.ExpiresAt
                ?? (startAt >= release.ExpiresAt ? ReleasePlans.ExpiryOf(startAt, context.Now) : release.ExpiresAt),
            Note = command.Note ?? release.Note,
            Authors = ReleaseDecisions.AuthorsOf(items, context),
            Blocked = [],
            PlanHash = ReleasePlans.HashOf(release.Label, release.Kind, items, rollout, startAt),
        });
        if (next.PlanHash == release.PlanHash && next.ExpiresAt == release.ExpiresAt && next.Note == release.Note)
        {
            return ReleaseDecisions.Nothing(change, release);
        }
        change.Put(next);
        return change.End(
            ChangeKind.ReleaseChanged, release.Id, note: command.Note, gates: ReleaseGates.OfStart(change.Label, next, context));
    }

    /// <summary>In the caller's order, which is not that of the release.</summary>
    private static ImmutableArray<string> AgentsOf(ImmutableArray<PlannedItem> items) => [.. items.Select(item => item.AgentId)];
}
