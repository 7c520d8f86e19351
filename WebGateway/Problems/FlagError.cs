namespace AgentManagement.WebGateway.Problems;

/// <summary>What OpenFeature's remote evaluation protocol says of a refusal, beside what all refusals say.</summary>
/// <param name="Key">The flag; null where it is about all.</param>
/// <param name="Code">One of the codes below.</param>
internal sealed record FlagError(string? Key, string Code)
{
    public const string ParseError = "PARSE_ERROR";
    public const string TargetingKeyMissing = "TARGETING_KEY_MISSING";
    public const string InvalidContext = "INVALID_CONTEXT";
    public const string FlagNotFound = "FLAG_NOT_FOUND";
    public const string General = "GENERAL";

    /// <summary>Of what is not there: a flag, or all of a label.</summary>
    public static FlagError NotFound(string? key) => new(key, key is null ? General : FlagNotFound);
}

/// <summary>Endpoint metadata: whoever asks speaks OpenFeature's protocol.</summary>
internal sealed class FlagRoute
{
    public static FlagRoute Instance { get; } = new();
}
