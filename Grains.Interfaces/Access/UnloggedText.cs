namespace AgentManagement.Access;

/// <summary>
/// A text that belongs in no log, as an argument of a grain's method: what a client wrote, or a credential's hash. Orleans writes arguments
/// of failed calls into messages and logs.
/// </summary>
[GenerateSerializer, Immutable, Alias("UnloggedText")]
public readonly record struct UnloggedText([property: Id(0)] string Value)
{
    /// <summary>The text; null for none.</summary>
    public static UnloggedText? Of(string? value) => value is null ? null : new(value);

    public override string ToString() => nameof(UnloggedText);
}
