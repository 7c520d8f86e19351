using AgentManagement.Access;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Outcomes;

/// <summary>
/// The one rule for whatever others refer to: it goes only when nobody does, or when an administrator says that it is to go anyway.
/// </summary>
public static class UseRules
{
    /// <summary>Code of the refusal, and of the warning where it goes anyway.</summary>
    public const string InUse = "in_use";

    /// <summary>How many of those that refer to something are told of, and marked.</summary>
    public const int MaxReferrers = 1_000;

    /// <summary>The refusal; null when it may go.</summary>
    /// <param name="referrers">Who refers to it.</param>
    /// <param name="isForced">It is to go all the same.</param>
    /// <param name="caller">Who asks.</param>
    public static Outcome<T>? Check<T>(ImmutableArray<Referrer> referrers, bool isForced, Caller caller)
    {
        if (referrers.IsEmpty) return null;
        if (isForced && !caller.May(Permissions.AgentsPurge))
        {
            return Outcome.Refuse<T>(
                OutcomeKind.Forbidden, "permission_denied", $"The permission '{Permissions.AgentsPurge}' is required to force it.");
        }
        return isForced && referrers.Length <= MaxReferrers
            ? null
            : Outcome.Refuse<T>(OutcomeKind.Conflict, InUse, Describe(referrers), [Issue.Error(InUse, "", Describe(referrers))]) with
            {
                Referrers = referrers,
            };
    }

    /// <summary>An outcome by which something goes that others refer to, with the warning of it.</summary>
    public static Outcome<T> Warn<T>(Outcome<T> outcome, ImmutableArray<Referrer> referrers) => outcome.IsOk && !referrers.IsEmpty
        ? Outcome.Ok(outcome.Value, [.. outcome.Issues, Issue.Warning(InUse, "", Describe(referrers))]) with { Referrers = referrers }
        : outcome;

    private static string Describe(ImmutableArray<Referrer> referrers) => referrers.Length > MaxReferrers
        ? $"More than {MaxReferrers} others refer to it."
        : referrers.Length == 1 ? $"One {referrers[0].Kind} refers to it." : $"{referrers.Length} others refer to it.";
}
