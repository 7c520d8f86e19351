using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

using Decision = Outcome<Decided<LabelState, LabelChange>>;

/// <summary>Approving of plans and rejecting them. Pure.</summary>
internal static class ReleaseApproving
{
    public static Decision Approve(LabelWriting change, ReleaseDocument release, ApproveRelease command)
    {
        var by = change.Context.Caller.Subject;
        if (RefuseOtherPlan(release, command.PlanHash) is { } other) return other;
        if (ReleaseDecisions.IssueOf(command.Comment, isRequired: false) is { } issue)
        {
            return Outcome.Invalid<Decided<LabelState, LabelChange>>([issue]);
        }
        if (by == release.CreatedBy)
        {
            return Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.Forbidden, "own_release", "Whoever made a release does not approve of it.");
        }
        if (change.Label.Policy.ExcludeAuthors && release.Authors.Contains(by))
        {
            return Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.Forbidden, "own_content", "Whoever wrote what is released does not approve of it.");
        }
        if (release.Approvals.Any(given => given.IsApproved && given.By == by && given.PlanHash == release.PlanHash))
        {
            return ReleaseDecisions.Nothing(change, release);
        }
        var next = ReleaseDecisions.WithStatus(change, release with
        {
            Approvals = release.Approvals.Add(new(by, change.Context.Now, IsApproved: true, release.PlanHash, command.Comment)),
        });
        change.Put(next);
        return change.End(
            ChangeKind.ReleaseApproved, release.Id, note: command.Comment,
            gates: ReleaseGates.OfStart(change.Label, next, change.Context));
    }

    public static Decision Reject(LabelWriting change, ReleaseDocument release, RejectRelease command)
    {
        if (RefuseOtherPlan(release, command.PlanHash) is { } other) return other;
        if (ReleaseDecisions.IssueOf(command.Comment, isRequired: false) is { } issue)
        {
            return Outcome.Invalid<Decided<LabelState, LabelChange>>([issue]);
        }
        var rejection = new Approval(
            change.Context.Caller.Subject, change.Context.Now, IsApproved: false, release.PlanHash, command.Comment);
        change.Put(release with { Status = ReleaseStatus.Rejected, Approvals = release.Approvals.Add(rejection), Blocked = [] });
        return change.End(ChangeKind.ReleaseRejected, release.Id, note: command.Comment);
    }

    private static Decision? RefuseOtherPlan(ReleaseDocument release, string planHash) => planHash == release.PlanHash
        ? null
        : Outcome.Refuse<Decided<LabelState, LabelChange>>(
            OutcomeKind.PreconditionFailed, "plan_changed", "The plan is another than the one that was looked at.") with
        { CurrentVersion = release.Version };
}
