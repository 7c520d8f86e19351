using AgentManagement.Access;
using AgentManagement.Domain.Agents;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

using Decision = Outcome<Decided<LabelState, LabelChange>>;

/// <summary>What several rules about releases decide alike. Pure.</summary>
internal static class ReleaseDecisions
{
    /// <summary>How many releases of one label can be under way.</summary>
    public const int MaxUnfinished = 50;

    private const int MaxText = 500;

    /// <summary>Whether it has not started, and can.</summary>
    public static bool IsWaiting(ReleaseDocument release) => release.Status is ReleaseStatus.Open or ReleaseStatus.Ready;

    public static ReleaseDocument WithStatus(LabelWriting change, ReleaseDocument release) => release with
    {
        Status = ReleaseGates.CountApprovals(change.Label, release) >= ReleaseGates.NeededApprovals(change.Label, release.Kind)
            ? ReleaseStatus.Ready : ReleaseStatus.Open,
    };

    public static ImmutableArray<string> AuthorsOf(ImmutableArray<ReleaseItem> items, LabelContext context) =>
    [
        .. items.SelectMany(item => context.Facts.GetValueOrDefault(item.AgentId)?.Authors ?? [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>The refusal of one more that would be under way where too many are.</summary>
    public static Outcome<T>? RefuseMany<T>(LabelWriting change) => change.Label.Releases.Length < MaxUnfinished ? null
        : Outcome.Refuse<T>(
            OutcomeKind.QuotaExceeded, "too_many_releases", $"{MaxUnfinished} releases of the label have not ended; end one of them.");

    /// <summary>The refusal when others are under way for the same agents.</summary>
    /// <param name="agentIds">As the caller has them, who is told the place of each.</param>
    public static Outcome<T>? RefuseOthers<T>(LabelWriting change, ImmutableArray<string> agentIds, string? exceptId)
    {
        var others = change.Label.Releases.Where(release => release.Id != exceptId).ToList();
        var busy = agentIds.Where(agentId => others.Any(other => other.Items.Any(item => item.AgentId == agentId))).ToList();
        return busy.Count == 0 ? null : Outcome.Refuse<T>(
            OutcomeKind.Conflict, "release_in_progress", "Another release of some of the agents has not ended.",
            busy.Select(agentId => Issue.Error(
                "release_in_progress", $"/items/{agentIds.IndexOf(agentId)}", $"Another release of '{agentId}' has not ended.")));
    }

    /// <summary>The refusal of somebody who may not run releases of this label.</summary>
    public static Decision? IsProtected(LabelWriting change) =>
        change.Label.Policy.Approvals == 0 || change.Context.Caller.May(Permissions.ReleasesApprove)
            ? null
            : Outcome.Refuse<Decided<LabelState, LabelChange>>(
                OutcomeKind.Forbidden, "permission_denied",
                $"Releases of a label that asks for approvals are run with the permission '{Permissions.ReleasesApprove}'.");

    public static Issue? IssueOf(string? text, bool isRequired = true) =>
        text is null ? isRequired ? Issue.Error("required", "/reason", "Required.") : null
        : text.Length is < 1 or > MaxText
            ? Issue.Error("out_of_range", isRequired ? "/reason" : "/comment", $"Must have 1 to {MaxText} characters.") : null;

    public static IEnumerable<Issue> CheckNote(string? note) => note?.Length > MaxText
        ? [Issue.Error("out_of_range", "/note", $"Must have at most {MaxText} characters.")] : [];

    public static Decision Nothing(LabelWriting change, ReleaseDocument release) => Outcome.Ok(new Decided<LabelState, LabelChange>(
        null, new(change.Label.ToLabel(), release.ToRelease(), null, ReleaseGates.OfStart(change.Label, release, change.Context))));

    public static Decision NotFound => Outcome.NotFound<Decided<LabelState, LabelChange>>();
}
