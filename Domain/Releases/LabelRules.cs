using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

/// <summary>
/// (state, command, context) → next state and answer, or refusal. Pure. What is about a release: <see cref="ReleaseRules"/>.
/// </summary>
public static class LabelRules
{
    /// <summary>How many labels a tenant can have.</summary>
    public const int MaxLabels = 50;

    private const int MaxText = 500;
    private const int MaxCheckName = 100;

    public static Outcome<Decided<LabelState, LabelChange>> Decide(LabelState state, LabelCommand command, LabelContext context) =>
        command switch
        {
            SetLabel set => Set(state, set, context),
            DeleteLabel delete => Delete(state, delete, context),
            _ => state.Label is { } label
                ? ReleaseRules.Decide(new(state, label, context, command.Options), command)
                : Outcome.NotFound<Decided<LabelState, LabelChange>>(),
        };

    /// <summary>What is due of a release at this time; null when nothing is.</summary>
    public static Outcome<Decided<LabelState, LabelChange>>? Continue(LabelState state, ReleaseDocument release, LabelContext context) =>
        state.Label is { } label ? ReleaseRules.Continue(new(state, label, context, WriteOptions.None), release) : null;

    private static Outcome<Decided<LabelState, LabelChange>> Set(LabelState state, SetLabel command, LabelContext context)
    {
        var isRequired = command.Options.RequiresMatch;
        if (WriteRules.Check<Decided<LabelState, LabelChange>>(state.Label?.PolicyVersion, command.Options, isRequired) is { } refused)
        {
            return refused;
        }
        var issues = Check(command.Policy, context.Name).ToList();
        if (issues.Count > 0) return Outcome.Invalid<Decided<LabelState, LabelChange>>(issues);
        if (state.Label is null && context.Labels >= MaxLabels)
        {
            return Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.QuotaExceeded, "too_many_labels", $"A tenant can have {MaxLabels} labels; delete one.");
        }
        if (state.Label is { } current && IsSame(current.Policy, command.Policy))
        {
            return Outcome.Ok(new Decided<LabelState, LabelChange>(null, new(current.ToLabel(), null, null, [])));
        }
        var change = new LabelWriting(
            state,
            state.Label ?? new LabelDocument
            {
                Name = context.Name, PolicyVersion = 0, Policy = command.Policy, CreatedAt = context.Now,
                CreatedBy = context.Caller.Subject, UpdatedAt = context.Now, UpdatedBy = context.Caller.Subject,
            },
            context, command.Options);
        change.Label = change.Label with
        {
            Policy = command.Policy,
            PolicyVersion = change.Version,
            UpdatedAt = context.Now,
            UpdatedBy = context.Caller.Subject,
        };
        // What waits for approvals is as far from its start as this policy says: one that has them all starts by itself when it is due.
        foreach (var release in change.Label.Releases.Where(ReleaseDecisions.IsWaiting))
        {
            var next = ReleaseDecisions.WithStatus(change, release);
            if (next.Status != release.Status) change.Put(next with { Blocked = [] });
        }
        return change.End(state.Label is null ? ChangeKind.LabelCreated : ChangeKind.LabelUpdated, policy: command.Policy);
    }

    private static Outcome<Decided<LabelState, LabelChange>> Delete(LabelState state, DeleteLabel command, LabelContext context)
    {
        if (state.Label is not { } label) return Outcome.NotFound<Decided<LabelState, LabelChange>>();
        if (WriteRules.Check<Decided<LabelState, LabelChange>>(label.PolicyVersion, command.Options) is { } refused) return refused;
        if (!label.Releases.IsEmpty)
        {
            return Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.Conflict, UseRules.InUse, $"{label.Releases.Length} of its releases have not ended; cancel them first.");
        }
        if (!label.Assignments.IsEmpty && !command.Force)
        {
            return Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.Conflict, UseRules.InUse,
                $"It has versions of {label.Assignments.Count} agents, which nobody would get from it any more; force it to go.");
        }
        var change = new LabelWriting(state, label, context, command.Options);
        foreach (var agentId in label.Assignments.Keys) change.Assign(agentId, null);
        return change.End(ChangeKind.LabelDeleted, isGone: true);
    }

    private static IEnumerable<Issue> Check(LabelPolicy policy, string name)
    {
        if (!LabelName.IsOfTenant(name))
        {
            yield return Issue.Error(
                "wrong_format", "", "A label is a letter and up to 62 letters, digits and '-'; not 'latest', and not 'v' and a number.");
        }
        if (policy.Description?.Length > MaxText) yield return OutOfRange("/description", $"Must have at most {MaxText} characters.");
        if (policy.From is { } from && (from == name || !LabelName.IsOfTenant(from)))
        {
            yield return Issue.Error("wrong_format", "/from", "Must be another label.");
        }
        if (policy.Approvals is < 0 or > LabelPolicy.MaxApprovals)
        {
            yield return OutOfRange("/approvals", $"Must be 0 to {LabelPolicy.MaxApprovals}.");
        }
        if (policy.Freezes.Length > LabelPolicy.MaxFreezes)
        {
            yield return OutOfRange("/freezes", $"Must have at most {LabelPolicy.MaxFreezes} items.");
        }
        foreach (var (index, freeze) in policy.Freezes.Index())
        {
            if (freeze.To <= freeze.From) yield return OutOfRange($"/freezes/{index}/to", "Must be after from.");
            if (freeze.Reason.Length is < 1 or > MaxText)
            {
                yield return OutOfRange($"/freezes/{index}/reason", $"Must have 1 to {MaxText} characters.");
            }
        }
        if (policy.Checks.Length > LabelPolicy.MaxChecks)
        {
            yield return OutOfRange("/checks", $"Must have at most {LabelPolicy.MaxChecks} items.");
        }
        foreach (var (index, check) in policy.Checks.Index())
        {
            if (check.Length is < 1 or > MaxCheckName)
            {
                yield return OutOfRange($"/checks/{index}", $"Must have 1 to {MaxCheckName} characters.");
            }
        }
    }

    private static Issue OutOfRange(string place, string message) => Issue.Error("out_of_range", place, message);

    private static bool IsSame(LabelPolicy one, LabelPolicy other) =>
        one with { Freezes = [], Checks = [] } == other with { Freezes = [], Checks = [] }
        && one.Freezes.SequenceEqual(other.Freezes) && one.Checks.SequenceEqual(other.Checks, StringComparer.Ordinal);
}
