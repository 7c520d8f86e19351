using AgentManagement.Domain.Json;
using AgentManagement.Domain.Tenants;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Outcomes;

/// <summary>Refusals, of writes most of all, as outcomes.</summary>
public static class WriteRefusals
{
    /// <summary>Another activation wrote in the meantime.</summary>
    public const string WriteConflict = "write_conflict";

    /// <summary>It was to be made, and is there.</summary>
    public const string AlreadyExists = "already_exists";

    /// <summary>Another request took the idempotency key first.</summary>
    public const string IdempotencyConflict = "idempotency_conflict";

    /// <summary>Two contents differ too much to be told, or merged, place by place.</summary>
    public static Outcome<T> TooDifferent<T>() => Outcome.Refuse<T>(
        OutcomeKind.Conflict, "too_different",
        $"The contents differ in more than {DifferenceBudget.MaxPlaces} places, or the paths to these are too long to be told.");

    /// <param name="result">Anything but Written.</param>
    /// <param name="limit">The limit that was exceeded.</param>
    /// <param name="limits">The tenant's limits; null where no quota bounds what is written.</param>
    public static Outcome<T> Of<T>(WriteResult result, string? limit, TierLimits? limits) => result switch
    {
        WriteResult.Conflict => Outcome.Refuse<T>(OutcomeKind.Conflict, WriteConflict, "It was changed at the same moment; try again."),
        WriteResult.QuotaExceeded when limit is not null && limits is not null => QuotaRefusals.Of<T>(limit, limits),
        WriteResult.IdempotencyConflict => Outcome.Refuse<T>(
            OutcomeKind.Conflict, IdempotencyConflict, "The same Idempotency-Key is in use."),
        WriteResult.FileInUse => Outcome.Refuse<T>(
            OutcomeKind.Conflict, UseRules.InUse, "A version of an agent or of a template that is kept refers to the file."),
        WriteResult.Overloaded => Outcome.Refuse<T>(
            OutcomeKind.Unavailable, "database_overloaded", "More is to be written than the database keeps up with; try again."),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "Not a refusal."),
    };
}
