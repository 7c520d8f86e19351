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
}

/// <summary>A value, or the reason why there is none. A refusal is a value too: exceptions are for faults.</summary>
/// <param name="Kind">What became of the call.</param>
/// <param name="Value">The value; present exactly when <paramref name="Kind"/> is Ok.</param>
/// <param name="Code">Stable code of the refusal, for programs; empty when Ok.</param>
/// <param name="Detail">The refusal in one sentence, for people.</param>
/// <param name="Issues">The fields that were refused; on Ok, the warnings.</param>
[GenerateSerializer, Immutable, Alias("Outcome`1")]
public sealed record Outcome<T>(OutcomeKind Kind, T? Value, string Code, string Detail, ImmutableArray<Issue> Issues)
{
    /// <summary>What two sides changed differently, when that is why it was refused.</summary>
    [Id(5)] public ImmutableArray<MergeConflict> Conflicts { get; init; } = [];

    /// <summary>Whether there is a value.</summary>
    public bool IsOk => Kind == OutcomeKind.Ok;

    /// <summary>The same refusal of a call that would have returned another type.</summary>
    /// <exception cref="InvalidOperationException">It is not a refusal.</exception>
    public Outcome<TOther> Refusal<TOther>() => IsOk
        ? throw new InvalidOperationException("The outcome is not a refusal.")
        : new(Kind, default, Code, Detail, Issues) { Conflicts = Conflicts };
}

/// <summary>Makes outcomes.</summary>
public static class Outcome
{
    public static Outcome<T> Ok<T>(T value) => new(OutcomeKind.Ok, value, "", "", []);

    public static Outcome<T> Ok<T>(T value, IEnumerable<Issue> warnings) => new(OutcomeKind.Ok, value, "", "", [.. warnings]);

    public static Outcome<T> NotFound<T>() => Refuse<T>(OutcomeKind.NotFound, "not_found", "There is no such resource.");

    public static Outcome<T> Invalid<T>(IEnumerable<Issue> issues) =>
        new(OutcomeKind.Invalid, default, "invalid_content", "The content was refused; see errors.", [.. issues]);

    public static Outcome<T> Refuse<T>(OutcomeKind kind, string code, string detail) => new(kind, default, code, detail, []);
}
