using System.Diagnostics.CodeAnalysis;

namespace AgentManagement.Outcomes;

/// <summary>What became of a call. Each kind has one HTTP status, in one switch of the gateway.</summary>
public enum OutcomeKind
{
    Ok = 0,
    NotFound = 1,
    Conflict = 2,
    PreconditionFailed = 3,
    Malformed = 4,
    Invalid = 5,
    QuotaExceeded = 6,
    Forbidden = 7,
    Unavailable = 8,
    PreconditionRequired = 9,
}

/// <summary>
/// A value, or the reason why there is none: <see cref="Outcome"/> makes them, so that no other combination exists.
/// A refusal is a value too: exceptions are for faults.
/// </summary>
[GenerateSerializer, Immutable, Alias("Outcome`1")]
public sealed record Outcome<T>
{
    internal Outcome(OutcomeKind kind, T? value, string code, string detail, ImmutableArray<Issue> issues) =>
        (Kind, Value, Code, Detail, Issues) = (kind, value, code, detail, issues);

    /// <summary>What became of the call.</summary>
    [Id(0)] public OutcomeKind Kind { get; }

    /// <summary>The value; present exactly when <see cref="IsOk"/>.</summary>
    [Id(1)] public T? Value { get; }

    /// <summary>Stable code of the refusal, for programs; empty when Ok.</summary>
    [Id(2)] public string Code { get; }

    /// <summary>The refusal in one sentence, for people.</summary>
    [Id(3)] public string Detail { get; }

    /// <summary>The fields that were refused; on Ok, the warnings.</summary>
    [Id(4)] public ImmutableArray<Issue> Issues { get; }

    /// <summary>What two sides changed differently, when that is why it was refused.</summary>
    [Id(5)] public ImmutableArray<MergeConflict> Conflicts { get; init; } = [];

    /// <summary>The version that there is, when a condition on it did not hold; null when that is not why it was refused.</summary>
    [Id(6)] public int? CurrentVersion { get; init; }

    /// <summary>Who refers to what is to go: when that is why it was refused, and when it goes all the same.</summary>
    [Id(7)] public ImmutableArray<Referrer> Referrers { get; init; } = [];

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsOk => Kind == OutcomeKind.Ok;

    /// <summary>The same refusal of a call that would have returned another type.</summary>
    /// <exception cref="InvalidOperationException">It is not a refusal.</exception>
    public Outcome<TOther> Refusal<TOther>() => IsOk
        ? throw new InvalidOperationException("The outcome is not a refusal.")
        : new(Kind, default, Code, Detail, Issues) { Conflicts = Conflicts, CurrentVersion = CurrentVersion, Referrers = Referrers };
}

/// <summary>Makes outcomes.</summary>
public static class Outcome
{
    public static Outcome<T> Ok<T>(T value) => Ok(value, []);

    /// <exception cref="ArgumentNullException">There is no value.</exception>
    public static Outcome<T> Ok<T>(T value, IEnumerable<Issue> warnings)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(OutcomeKind.Ok, value, "", "", [.. warnings]);
    }

    public static Outcome<T> NotFound<T>() => Refuse<T>(OutcomeKind.NotFound, "not_found", "There is no such resource.");

    public static Outcome<T> Invalid<T>(IEnumerable<Issue> issues) =>
        Refuse<T>(OutcomeKind.Invalid, "invalid_content", "The content was refused; see errors.", issues);

    public static Outcome<T> Refuse<T>(OutcomeKind kind, string code, string detail) => Refuse<T>(kind, code, detail, []);

    /// <exception cref="ArgumentException">Ok is no refusal.</exception>
    public static Outcome<T> Refuse<T>(OutcomeKind kind, string code, string detail, IEnumerable<Issue> issues) =>
        kind == OutcomeKind.Ok
            ? throw new ArgumentException("Ok is no refusal.", nameof(kind))
            : new(kind, default, code, detail, [.. issues]);
}
