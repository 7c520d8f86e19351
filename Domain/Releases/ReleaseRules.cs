using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

using Decision = Outcome<Decided<LabelState, LabelChange>>;

/// <summary>What becomes of a label by its releases. Pure.</summary>
internal static class ReleaseRules
{
    public static Decision Decide(LabelWriting change, LabelCommand command) => command switch
    {
        CreateRelease create => ReleaseMaking.Create(change, create.Plan),
        RunRelease run => ReleaseMaking.Run(change, run.Plan),
        BypassRelease bypass => ReleaseMaking.Bypass(change, bypass),
        RollbackRelease rollback => ReleaseTakingBack.Rollback(change, rollback),
        ReleaseCommand about => change.Label.Releases.FirstOrDefault(release => release.Id == about.ReleaseId) is { } release
            ? Decide(change, release, about)
            : change.Context.Finished is { } finished ? Refuse(finished, ActionOf(about)) : ReleaseDecisions.NotFound,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No rule for this command."),
    };

    /// <summary>What is due of a release; null when nothing is.</summary>
    public static Decision? Continue(LabelWriting change, ReleaseDocument release)
    {
        var context = change.Context;
        if (ReleaseDecisions.IsWaiting(release) && release.ExpiresAt <= context.Now)
        {
            change.Put(release with { Status = ReleaseStatus.Expired });
            return change.End(ChangeKind.ReleaseExpired, release.Id);
        }
        if (release is { Status: ReleaseStatus.Ready, StartAt: { } start } && start <= context.Now)
        {
            var gates = ReleaseGates.OfStart(change.Label, release, context);
            return gates.IsEmpty ? ReleaseRunning.Start(change, release) : ReleaseRunning.Block(change, release, gates);
        }
        if (release is not { Status: ReleaseStatus.Running, Rollout: { } rollout, Step: { } step }) return null;
        if (rollout.Steps[step].Gate == StepGate.Approval) return null;
        // That a step is young is no news, and each look would make a change of it.
        var waiting = ReleaseGates.OfStep(change.Label, release, context).ToImmutableArray();
        return waiting.IsEmpty ? ReleaseRunning.GoOn(change, release)
            : ReleaseRunning.Block(change, release, [.. waiting.Where(gate => gate.Code != "step_too_young")]);
    }

    private static Decision Decide(LabelWriting change, ReleaseDocument release, ReleaseCommand command)
    {
        if (WriteRules.CheckVersion<Decided<LabelState, LabelChange>>(release.Version, command.Options) is { } refused) return refused;
        if (ReleaseTransitions.Check<Decided<LabelState, LabelChange>>(release, ActionOf(command)) is { } misplaced) return misplaced;
        return command switch
        {
            ChangeRelease edit => ReleaseMaking.Change(change, release, edit),
            ApproveRelease approve => ReleaseApproving.Approve(change, release, approve),
            RejectRelease reject => ReleaseApproving.Reject(change, release, reject),
            StartRelease => ReleaseDecisions.IsProtected(change) ?? ReleaseRunning.TryStart(change, release),
            AdvanceRelease => ReleaseDecisions.IsProtected(change) ?? ReleaseRunning.Advance(change, release),
            PauseRelease => ReleaseDecisions.IsProtected(change) ?? ReleaseRunning.Pause(change, release),
            ResumeRelease => ReleaseDecisions.IsProtected(change) ?? ReleaseRunning.Resume(change, release),
            CancelRelease when release.CreatedBy == change.Context.Caller.Subject => ReleaseRunning.Cancel(change, release),
            CancelRelease => ReleaseDecisions.IsProtected(change) ?? ReleaseRunning.Cancel(change, release),
            ReportVerdict report => ReleaseTakingBack.Report(change, release, report),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No rule for this command."),
        };
    }

    private static Decision Refuse(ReleaseDocument release, ReleaseAction action) =>
        ReleaseTransitions.Check<Decided<LabelState, LabelChange>>(release, action) ?? ReleaseDecisions.NotFound;

    private static ReleaseAction ActionOf(ReleaseCommand command) => command switch
    {
        ChangeRelease => ReleaseAction.Change,
        ApproveRelease => ReleaseAction.Approve,
        RejectRelease => ReleaseAction.Reject,
        StartRelease => ReleaseAction.Start,
        AdvanceRelease => ReleaseAction.Advance,
        PauseRelease => ReleaseAction.Pause,
        ResumeRelease => ReleaseAction.Resume,
        CancelRelease => ReleaseAction.Cancel,
        RollbackRelease => ReleaseAction.Rollback,
        ReportVerdict => ReleaseAction.Report,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No action of a release."),
    };
}
