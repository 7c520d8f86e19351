namespace AgentManagement.WebGateway.Access;

/// <summary>Decides about tokens that are no API keys, by whoever makes them.</summary>
internal interface ITokenVerifier
{
    /// <summary>Looks at a token as if it had never been seen.</summary>
    /// <param name="token">The token.</param>
    /// <param name="network">Where it comes from, for those that can be guessed.</param>
    ValueTask<TokenVerdict> VerifyAsync(string token, string? network);
}

/// <summary>What was decided about a token.</summary>
/// <param name="Claims">What is said of its owner; null when it is not good.</param>
/// <param name="IsUndecided">Nothing could be found out: it is neither good nor bad.</param>
/// <param name="Holds">Whether all that was found out about a good token is still known: its keys, and what was said of it.</param>
internal sealed record TokenVerdict(TokenClaims? Claims, bool IsUndecided, Func<bool> Holds)
{
    /// <summary>Of one about which nobody was asked: after which time it may be shown again.</summary>
    public TimeSpan? MustWait { get; init; }

    public static TokenVerdict Refused { get; } = new(null, IsUndecided: false, () => false);

    public static TokenVerdict Undecided { get; } = new(null, IsUndecided: true, () => false);
}
