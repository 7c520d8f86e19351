using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// Ends what stays open under a token with it: at once when it is revoked or expires, and by looking at it again every
/// <see cref="Period"/>, an API key every <see cref="ApiKeyPeriod"/>, for what this gateway was not told.
/// </summary>
internal sealed class TokenWatch(RevokedTokens revoked, TokenReader tokens, TimeProvider time, ILogger<TokenWatch> logger)
{
    public const string Expired = "token_expired";
    public const string Revoked = "token_revoked";
    public const string IdentityUnavailable = "identity_unavailable";

    public const string ApiKeysUnavailable = "api_keys_unavailable";

    /// <summary>After how long an open API key is looked at again: of what is known of it, which is kept for a while.</summary>
    public static readonly TimeSpan ApiKeyPeriod = TimeSpan.FromSeconds(5);

    /// <summary>After how long an open token is looked at again.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>Watches over the caller's token.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="end">Ends what is open, for one of the reasons above; may be called more than once.</param>
    /// <returns>To dispose of when it has ended.</returns>
    public IDisposable Begin(CurrentCaller caller, Action<string> end)
    {
        var watching = new Watching();
        watching.Revocation = revoked.Watch(caller, () => end(Revoked));
        _ = RecheckAsync(caller, end, watching.Ended);
        return watching;
    }

    private async Task RecheckAsync(CurrentCaller caller, Action<string> end, CancellationToken ended)
    {
        try
        {
            var period = caller.IsOfApiKey ? ApiKeyPeriod : Period;
            while (true)
            {
                var left = caller.ExpiresAt - time.GetUtcNow();
                await Task.Delay(left < TimeSpan.Zero ? TimeSpan.Zero : left < period ? left : period, time, ended);
                var reason = caller.ExpiresAt <= time.GetUtcNow() ? Expired : await tokens.FindFaultAsync(caller);
                if (ended.IsCancellationRequested) return;
                if (reason is null) continue;
                end(reason);
                return;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // It has ended by itself.
        }
        catch (Exception exception)
        {
            logger.LogError(LogEvents.TokenRecheckFailed, exception, "A token could not be looked at again; what is open under it ends");
            end(Revoked);
        }
    }

    private sealed class Watching : IDisposable
    {
        private readonly CancellationTokenSource _ending = new();

        public CancellationToken Ended => _ending.Token;

        public IDisposable? Revocation { get; set; }

        public void Dispose()
        {
            Revocation?.Dispose();
            _ending.Cancel();
            _ending.Dispose();
        }
    }
}
