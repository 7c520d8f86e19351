using AgentManagement.Access;
using AgentManagement.Outcomes;

namespace AgentManagement.Grains.Access;

/// <summary>
/// What callers who are narrowed to some labels may not see of others, where no label's own grain is asked: that is guarded by
/// <see cref="AccessFilter"/>.
/// </summary>
internal static class LabelAccess
{
    /// <summary>Why it is denied. Whether there is such a label is not said.</summary>
    public const string Denied = "The API key is for other labels.";

    /// <summary>Whether the caller may know of something that is of a label, or of none.</summary>
    public static bool MaySee(Caller caller, string? label) => label is null || caller.MayUse(label);

    /// <summary>The refusal of what is about another label than those that the caller is for; null when it may be.</summary>
    public static Outcome<T>? Refuse<T>(Caller caller, string? label) =>
        caller.Labels is null || (label is not null && caller.MayUse(label)) ? null
        : Outcome.Refuse<T>(
            OutcomeKind.Forbidden, "permission_denied", label is null ? "The API key is for some labels: say which one." : Denied);
}
