using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

using Decision = Outcome<Decided<LabelState, LabelChange>>;

/// <summary>What becomes of a label by its releases. Pure.</summary>
internal static class ReleaseRules
{
    /// <summary>How many releases of one label can be under way.</summary>
    public const int MaxUnfinished = 50;

    /// <summary>How many agents a label can have.</summary>
    public const int MaxAgents = 10_000;

    private const int MaxText = 500;

    public static Decision Decide(LabelWriting change, LabelCommand command) => command switch
    {
        CreateRelease create => Create(change, create.Plan),
        RunRelease run => Run(change, run.Plan),
        BypassRelease bypass => Bypass(change, bypass),
        RollbackRelease rollback => Rollback(change, rollback),
        ReleaseCommand about => change.Label.Releases.FirstOrDefault(release => release.Id == about.ReleaseId) is { } release
            ? Decide(change, release, about)
            : change.Context.Finished is { } finished ? Refuse(finished, ActionOf(about)) : NotFound,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No rule for this command."),
    };

    /// <summary>What is due of a release; null when nothing is.</summary>
    public static Decision? Continue(LabelWriting change, ReleaseDocument release)
    {
        var context = change.Context;
        if (release.Status is ReleaseStatus.Open or ReleaseStatus.Ready && release.ExpiresAt <= context.Now)
        {
            change.Put(release with { Status = ReleaseStatus.Expired });
            return change.End(ChangeKind.ReleaseExpired, release.Id);
        }
        if (release is { Status: ReleaseStatus.Ready, StartAt: { } start } && start <= context.Now)
        {
            var gates = ReleaseGates.OfStart(change.Label, release, context);
            return gates.IsEmpty ? Start(change, release) : Block(change, release, gates);
        }
        if (release is not { Status: ReleaseStatus.Running, Rollout: { } rollout, Step: { } step }) return null;
        if (rollout.Steps[step].Gate == StepGate.Approval) return null;
        // That a step is young is no news, and each look would make a change of it.
        var waiting = ReleaseGates.OfStep(change.Label, release, context).ToImmutableArray();
        return waiting.IsEmpty ? GoOn(change, release)
            : Block(change, release, [.. waiting.Where(gate => gate.Code != "step_too_young")]);
    }

    private static Decision Decide(LabelWriting change, ReleaseDocument release, ReleaseCommand command)
    {
        if (WriteRules.CheckVersion<Decided<LabelState, LabelChange>>(release.Version, command.Options) is { } refused) return refused;
        if (ReleaseTransitions.Check<Decided<LabelState, LabelChange>>(release, ActionOf(command)) is { } misplaced) return misplaced;
        return command switch
        {
            ChangeRelease edit => Change(change, release, edit),
            ApproveRelease approve => Approve(change, release, approve),
            RejectRelease reject => Reject(change, release, reject),
            StartRelease => IsProtected(change) ?? TryStart(change, release),
            AdvanceRelease => IsProtected(change) ?? Advance(change, release),
            PauseRelease => IsProtected(change) ?? Pause(change, release),
            ResumeRelease => IsProtected(change) ?? Resume(change, release),
            CancelRelease when release.CreatedBy == change.Context.Caller.Subject => Cancel(change, release),
            CancelRelease => IsProtected(change) ?? Cancel(change, release),
            ReportVerdict report => Report(change, release, report),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No rule for this command."),
        };
    }

    private static Decision Create(LabelWriting change, ReleasePlan plan)
    {
        var made = Make(change, plan, ReleaseKind.Release, reason: null);
        if (!made.IsOk) return made.Refusal<Decided<LabelState, LabelChange>>();
        var release = WithStatus(change, made.Value);
        change.Put(release);
        return change.End(
            ChangeKind.ReleaseCreated, release.Id, note: release.Note, gates: ReleaseGates.OfStart(change.Label, release, change.Context));
    }

    private static Decision Run(LabelWriting change, ReleasePlan plan)
    {
        var made = Make(change, plan, ReleaseKind.Release, reason: null);
        if (!made.IsOk) return made.Refusal<Decided<LabelState, LabelChange>>();
        var gates = ReleaseGates.OfStart(change.Label, made.Value, change.Context);
        return gates.IsEmpty ? Start(change, made.Value) : ReleaseGates.Refuse<Decided<LabelState, LabelChange>>(made.Value, gates);
    }

    private static Decision Bypass(LabelWriting change, BypassRelease command)
    {
        if (IssueOf(command.Reason) is { } issue) return Outcome.Invalid<Decided<LabelState, LabelChange>>([issue]);
        var made = Make(change, command.Plan, ReleaseKind.Bypass, command.Reason);
        if (!made.IsOk) return made.Refusal<Decided<LabelState, LabelChange>>();
        var gates = ReleaseGates.OfStart(change.Label, made.Value, change.Context);
        return gates.IsEmpty
            ? Start(change, made.Value, ChangeKind.ReleaseBypassed, command.Reason)
            : ReleaseGates.Refuse<Decided<LabelState, LabelChange>>(made.Value, gates);
    }

    private static Outcome<ReleaseDocument> Make(LabelWriting change, ReleasePlan plan, string kind, string? reason)
    {
        var context = change.Context;
        List<Issue> issues =
        [
            .. ReleasePlans.Check(plan.Items, plan.Rollout, context.Facts),
            .. ReleasePlans.CheckTimes(plan.StartAt, plan.ExpiresAt, context.Now),
            .. CheckNote(plan.Note),
        ];
        if (issues.Count > 0) return Outcome.Invalid<ReleaseDocument>(issues);
        var items = ReleasePlans.Complete(change.Label, plan.Items, context.Facts);
        if (RefuseOthers(change, items, exceptId: null) is { } refused) return refused;
        return Outcome.Ok(new ReleaseDocument
        {
            Id = context.NewId, Label = context.Name, Kind = kind, Status = ReleaseStatus.Open, Items = items, Rollout = plan.Rollout,
            PlanHash = ReleasePlans.HashOf(context.Name, kind, items, plan.Rollout, plan.StartAt), Seed = context.NewSeed,
            Authors = AuthorsOf(items, context), Note = plan.Note, Reason = reason, StartAt = plan.StartAt,
            ExpiresAt = plan.ExpiresAt ?? ReleasePlans.ExpiryOf(plan.StartAt, context.Now), Version = change.Version,
            CreatedAt = context.Now, CreatedBy = context.Caller.Subject, UpdatedAt = context.Now,
        });
    }

    private static Decision Change(LabelWriting change, ReleaseDocument release, ChangeRelease command)
    {
        var context = change.Context;
        var planned = command.Items
            ?? [.. release.Items.Select(item => new PlannedItem(item.AgentId, item.Version, item.Expected, ExpectsAny: false))];
        var rollout = command.ChangesRollout ? command.Rollout : release.Rollout;
        var startAt = command.ChangesStart ? command.StartAt : release.StartAt;
        List<Issue> issues =
        [
            .. ReleasePlans.Check(planned, rollout, context.Facts),
            .. ReleasePlans.CheckTimes(startAt, command.ExpiresAt, context.Now),
            .. CheckNote(command.Note),
        ];
        if (issues.Count > 0) return Outcome.Invalid<Decided<LabelState, LabelChange>>(issues);
        var items = ReleasePlans.Complete(change.Label, planned, context.Facts);
        if (RefuseOthers(change, items, release.Id) is { } refused) return refused.Refusal<Decided<LabelState, LabelChange>>();
        var next = WithStatus(change, release with
        {
            Items = items,
            Rollout = rollout,
            StartAt = startAt,
            ExpiresAt = command.ExpiresAt ?? release.ExpiresAt,
            Note = command.Note ?? release.Note,
            Authors = AuthorsOf(items, context),
            Blocked = [],
            PlanHash = ReleasePlans.HashOf(release.Label, release.Kind, items, rollout, startAt),
        });
        if (next.PlanHash == release.PlanHash && next.ExpiresAt == release.ExpiresAt && next.Note == release.Note)
        {
            return Nothing(change, release);
        }
        change.Put(next);
        return change.End(
            ChangeKind.ReleaseChanged, release.Id, note: command.Note, gates: ReleaseGates.OfStart(change.Label, next, context));
    }

    private static Decision Approve(LabelWriting change, ReleaseDocument release, ApproveRelease command)
    {
        var by = change.Context.Caller.Subject;
        if (RefuseOtherPlan(release, command.PlanHash) is { } other) return other;
        if (IssueOf(command.Comment, isRequired: false) is { } issue) return Outcome.Invalid<Decided<LabelState, LabelChange>>([issue]);
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
            return Nothing(change, release);
        }
        var next = WithStatus(change, release with
        {
            Approvals = release.Approvals.Add(new(by, change.Context.Now, IsApproved: true, release.PlanHash, command.Comment)),
        });
        change.Put(next);
        return change.End(
            ChangeKind.ReleaseApproved, release.Id, note: command.Comment,
            gates: ReleaseGates.OfStart(change.Label, next, change.Context));
    }

    private static Decision Reject(LabelWriting change, ReleaseDocument release, RejectRelease command)
    {
        if (RefuseOtherPlan(release, command.PlanHash) is { } other) return other;
        if (IssueOf(command.Comment, isRequired: false) is { } issue) return Outcome.Invalid<Decided<LabelState, LabelChange>>([issue]);
        var rejection = new Approval(
            change.Context.Caller.Subject, change.Context.Now, IsApproved: false, release.PlanHash, command.Comment);
        change.Put(release with { Status = ReleaseStatus.Rejected, Approvals = release.Approvals.Add(rejection), Blocked = [] });
        return change.End(ChangeKind.ReleaseRejected, release.Id, note: command.Comment);
    }

    private static Decision TryStart(LabelWriting change, ReleaseDocument release)
    {
        var gates = ReleaseGates.OfStart(change.Label, release, change.Context);
        return gates.IsEmpty ? Start(change, release) : ReleaseGates.Refuse<Decided<LabelState, LabelChange>>(release, gates);
    }

    private static Decision Start(LabelWriting change, ReleaseDocument release, string? kind = null, string? note = null)
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

    private static Decision Advance(LabelWriting change, ReleaseDocument release)
    {
        var gates = ReleaseGates.OfStep(change.Label, release, change.Context).ToImmutableArray();
        return gates.IsEmpty ? GoOn(change, release) : ReleaseGates.Refuse<Decided<LabelState, LabelChange>>(release, gates);
    }

    private static Decision GoOn(LabelWriting change, ReleaseDocument release)
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

    private static Decision Complete(LabelWriting change, ReleaseDocument release, string? kind, string? note)
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

    private static Decision Pause(LabelWriting change, ReleaseDocument release)
    {
        change.Put(release with { Status = ReleaseStatus.Paused });
        return change.End(ChangeKind.ReleasePaused, release.Id);
    }

    private static Decision Resume(LabelWriting change, ReleaseDocument release)
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

    private static Decision Cancel(LabelWriting change, ReleaseDocument release)
    {
        change.Put(release with { Status = ReleaseStatus.Cancelled, Blocked = [] });
        return change.End(ChangeKind.ReleaseCancelled, release.Id);
    }

    private static Decision Rollback(LabelWriting change, RollbackRelease command)
    {
        var found = change.Label.Releases.FirstOrDefault(release => release.Id == command.ReleaseId) ?? change.Context.Finished;
        if (found is not { } release || release.Id != command.ReleaseId) return NotFound;
        if (WriteRules.CheckVersion<Decided<LabelState, LabelChange>>(release.Version, command.Options) is { } refused) return refused;
        if (IssueOf(command.Reason) is { } issue) return Outcome.Invalid<Decided<LabelState, LabelChange>>([issue]);
        if (ReleaseTransitions.Check<Decided<LabelState, LabelChange>>(release, ReleaseAction.Rollback) is { } misplaced) return misplaced;
        if (IsProtected(change) is { } denied) return denied;
        return Rollback(change, release, command.Reason);
    }

    private static Decision Rollback(LabelWriting change, ReleaseDocument release, string reason)
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
        if (RefuseOthers(change, items, release.Id) is { } busy) return busy.Refusal<Decided<LabelState, LabelChange>>();
        var inverse = new ReleaseDocument
        {
            Id = context.NewId, Label = context.Name, Kind = ReleaseKind.Rollback, Status = ReleaseStatus.Open, Items = items,
            PlanHash = ReleasePlans.HashOf(context.Name, ReleaseKind.Rollback, items, null, null), Seed = context.NewSeed,
            Authors = AuthorsOf(items, context), Reason = reason, ExpiresAt = ReleasePlans.ExpiryOf(null, context.Now),
            Version = change.Version, RollbackOf = release.Id, CreatedAt = context.Now, CreatedBy = context.Caller.Subject,
            UpdatedAt = context.Now,
        };
        // Of a rollout that has not ended nothing but what was approved before comes back.
        if (isEnded && ReleaseGates.NeededApprovals(change.Label, ReleaseKind.Rollback) > 0)
        {
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

    private static Decision Report(LabelWriting change, ReleaseDocument release, ReportVerdict command)
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

    private static Decision? Block(LabelWriting change, ReleaseDocument release, ImmutableArray<Gate> gates)
    {
        if (gates.Select(gate => (gate.Code, gate.AgentId)).SequenceEqual(release.Blocked.Select(gate => (gate.Code, gate.AgentId))))
        {
            return null;
        }
        change.Put(release with { Blocked = gates });
        return change.End(ChangeKind.ReleaseBlocked, release.Id, gates: gates);
    }

    private static ReleaseDocument WithStatus(LabelWriting change, ReleaseDocument release) => release with
    {
        Status = ReleaseGates.CountApprovals(change.Label, release) >= ReleaseGates.NeededApprovals(change.Label, release.Kind)
            ? ReleaseStatus.Ready : ReleaseStatus.Open,
    };

    /// <summary>Whether the label has something else by now than the release brought.</summary>
    private static bool IsMoved(LabelDocument label, ReleaseDocument release, ReleaseItem item)
    {
        var assignment = label.Assignments.GetValueOrDefault(item.AgentId);
        return item.Version is null ? assignment is not null : assignment?.Release != release.Id;
    }

    private static bool IsKept(LabelContext context, ReleaseItem item) =>
        context.Facts.GetValueOrDefault(item.AgentId) is { IsKept: true };

    private static ImmutableArray<string> AuthorsOf(ImmutableArray<ReleaseItem> items, LabelContext context) =>
    [
        .. items.SelectMany(item => context.Facts.GetValueOrDefault(item.AgentId)?.Authors ?? [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>The refusal when others are under way for the same agents, or too many are.</summary>
    private static Outcome<ReleaseDocument>? RefuseOthers(LabelWriting change, ImmutableArray<ReleaseItem> items, string? exceptId)
    {
        var others = change.Label.Releases.Where(release => release.Id != exceptId).ToList();
        if (others.Count >= MaxUnfinished)
        {
            return Outcome.Refuse<ReleaseDocument>(
                OutcomeKind.QuotaExceeded, "too_many_releases", $"{MaxUnfinished} releases of the label have not ended; end one of them.");
        }
        var busy = items.Where(item => others.Any(other => other.Items.Any(each => each.AgentId == item.AgentId))).ToList();
        return busy.Count == 0 ? null : Outcome.Refuse<ReleaseDocument>(
            OutcomeKind.Conflict, "release_in_progress", "Another release of some of the agents has not ended.",
            busy.Select(item => Issue.Error(
                "release_in_progress", $"/items/{items.IndexOf(item)}", $"Another release of '{item.AgentId}' has not ended.")));
    }

    /// <summary>The refusal of somebody who may not run releases of this label.</summary>
    private static Decision? IsProtected(LabelWriting change) =>
        change.Label.Policy.Approvals == 0 || change.Context.Caller.May(Permissions.ReleasesApprove)
            ? null
            : Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.Forbidden, "permission_denied",
                $"Releases of a label that asks for approvals are run with the permission '{Permissions.ReleasesApprove}'.");

    private static Decision? RefuseOtherPlan(ReleaseDocument release, string planHash) => planHash == release.PlanHash
        ? null
        : Outcome.Refuse<Decided<LabelState, LabelChange>>(
            OutcomeKind.PreconditionFailed, "plan_changed", "The plan is another than the one that was looked at.") with
        { CurrentVersion = release.Version };

    private static Issue? IssueOf(string? text, bool isRequired = true) =>
        text is null ? isRequired ? Issue.Error("required", "/reason", "Required.") : null
        : text.Length is < 1 or > MaxText
            ? Issue.Error("out_of_range", isRequired ? "/reason" : "/comment", $"Must have 1 to {MaxText} characters.") : null;

    private static IEnumerable<Issue> CheckNote(string? note) => note?.Length > MaxText
        ? [Issue.Error("out_of_range", "/note", $"Must have at most {MaxText} characters.")] : [];

    private static Decision Nothing(LabelWriting change, ReleaseDocument release) => Outcome.Ok(new Decided<LabelState, LabelChange>(
        null, new(change.Label.ToLabel(), release.ToRelease(), null, ReleaseGates.OfStart(change.Label, release, change.Context))));

    private static Decision NotFound => Outcome.NotFound<Decided<LabelState, LabelChange>>();

    private static Decision Refuse(ReleaseDocument release, ReleaseAction action) =>
        ReleaseTransitions.Check<Decided<LabelState, LabelChange>>(release, action) ?? NotFound;

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
