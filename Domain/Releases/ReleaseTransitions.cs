using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

/// <summary>What may be done with a release.</summary>
public enum ReleaseAction
{
    Change,
    Approve,
    Reject,
    Start,
    Advance,
    Pause,
    Resume,
    Cancel,
    Expire,
    Rollback,
    Report,
}

/// <summary>The states of a release and what leads from one to another: the table of docs/releases.md.</summary>
public static class ReleaseTransitions
{
    /// <summary>For each action, the statuses in which it is allowed, and those that it leads to.</summary>
    public static ImmutableDictionary<ReleaseAction, Transition> All { get; } = new Dictionary<ReleaseAction, Transition>
    {
        [ReleaseAction.Change] = new([ReleaseStatus.Open, ReleaseStatus.Ready], [ReleaseStatus.Open, ReleaseStatus.Ready]),
        [ReleaseAction.Approve] = new([ReleaseStatus.Open, ReleaseStatus.Ready], [ReleaseStatus.Open, ReleaseStatus.Ready]),
        [ReleaseAction.Reject] = new([ReleaseStatus.Open, ReleaseStatus.Ready], [ReleaseStatus.Rejected]),
        [ReleaseAction.Start] = new([ReleaseStatus.Open, ReleaseStatus.Ready], [ReleaseStatus.Running, ReleaseStatus.Completed]),
        [ReleaseAction.Advance] = new([ReleaseStatus.Running], [ReleaseStatus.Running, ReleaseStatus.Completed]),
        [ReleaseAction.Pause] = new([ReleaseStatus.Running], [ReleaseStatus.Paused]),
        [ReleaseAction.Resume] = new([ReleaseStatus.Paused], [ReleaseStatus.Running]),
        [ReleaseAction.Cancel] = new([ReleaseStatus.Open, ReleaseStatus.Ready], [ReleaseStatus.Cancelled]),
        [ReleaseAction.Expire] = new([ReleaseStatus.Open, ReleaseStatus.Ready], [ReleaseStatus.Expired]),
        [ReleaseAction.Rollback] = new(
            [ReleaseStatus.Running, ReleaseStatus.Paused, ReleaseStatus.Completed], [ReleaseStatus.RolledBack]),
        [ReleaseAction.Report] = new(
            [ReleaseStatus.Open, ReleaseStatus.Ready, ReleaseStatus.Running, ReleaseStatus.Paused],
            [ReleaseStatus.Open, ReleaseStatus.Ready, ReleaseStatus.Running, ReleaseStatus.Paused, ReleaseStatus.RolledBack]),
    }.ToImmutableDictionary();

    /// <summary>The refusal of what is not allowed in the release's status; null when it is.</summary>
    public static Outcome<T>? Check<T>(ReleaseDocument release, ReleaseAction action) => All[action].From.Contains(release.Status)
        ? null
        : Outcome.Refuse<T>(
            OutcomeKind.Conflict, "wrong_status",
            $"The release is {release.Status}; it must be {string.Join(" or ", All[action].From)} for that.");
}

/// <param name="From">Where it is allowed.</param>
/// <param name="To">Where it leads.</param>
public sealed record Transition(ImmutableArray<string> From, ImmutableArray<string> To);
