using AgentManagement.WebGateway.ApiKeys;

namespace AgentManagement.WebGateway.Access;

/// <summary>Decides about tokens, wherever in a request they come: what was found good is not looked at again while that holds.</summary>
/// <param name="verifier">How tokens are verified.</param>
/// <param name="known">Those that were found good.</param>
/// <param name="keys">How API keys are; made when the first one comes, since it needs the silos.</param>
/// <param name="revoked">What was revoked.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenReader(
    ITokenVerifier verifier, KnownTokens known, Lazy<ApiKeyReader> keys, RevokedTokens revoked, TimeProvider time)
{
    /// <summary>Makes the token's owner the caller; false when the token is not valid, or that cannot be decided.</summary>
    public ValueTask<bool> TryAcceptAsync(string token, CurrentCaller caller, string correlationId) =>
        ApiKeyText.IsMeant(token) ? new(keys.Value.TryAcceptAsync(token, caller, correlationId))
        : known.Find(token) is { } good ? new(caller.TryAccept(good.Identity, token, correlationId))
        : VerifyAndAcceptAsync(token, caller, correlationId);

    /// <summary>The same of an Authorization header's token, with what is known of the connection.</summary>
    public ValueTask<bool> TryAcceptAsync(
        string header, string token, ConnectionToken? connection, CurrentCaller caller, string correlationId)
    {
        if (connection is not null && !ApiKeyText.IsMeant(token)) connection.Keep(header, token, known.Find(token));
        return connection is not null && TryAcceptAgain(header, connection, caller, correlationId) is { } isAccepted
            ? new(isAccepted) : TryAcceptAsync(token, caller, correlationId);
    }

    /// <summary>Whether a token is accepted that came over the connection before; null when it has to be looked at.</summary>
    public bool? TryAcceptAgain(string header, ConnectionToken connection, CurrentCaller caller, string correlationId) =>
        connection.CameIn(header) && connection.Known is { } good && known.IsGood(good)
            ? caller.TryAccept(good.Identity, connection.Text, correlationId) : null;

    /// <summary>Why the caller's token is not good any more; null while it is.</summary>
    public async Task<string?> FindFaultAsync(CurrentCaller caller)
    {
        if (caller.IsOfApiKey) return await keys.Value.FindFaultAsync(caller);
        var verdict = await verifier.VerifyAsync(caller.Token!, caller.Network);
        if (verdict.IsUndecided) return TokenWatch.IdentityUnavailable;
        return IdentityOf(verdict) is { } identity && caller.IsStill(identity) ? null : TokenWatch.Revoked;
    }

    private async ValueTask<bool> VerifyAndAcceptAsync(string token, CurrentCaller caller, string correlationId)
    {
        var verdict = revoked.IsComplete ? await verifier.VerifyAsync(token, caller.Network) : TokenVerdict.Undecided;
        (caller.IsUndecided, caller.MustWait) = (verdict.IsUndecided, verdict.MustWait);
        if (IdentityOf(verdict) is not { } identity) return false;
        known.Add(token, identity, verdict.Holds);
        return caller.TryAccept(identity, token, correlationId);
    }

    private TokenIdentity? IdentityOf(TokenVerdict verdict) =>
        verdict.Claims is { } claims ? TokenIdentity.Of(claims, time.GetUtcNow()) : null;
}
