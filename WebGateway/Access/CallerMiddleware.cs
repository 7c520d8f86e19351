using AgentManagement.Access;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Internal;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Observability;

namespace AgentManagement.WebGateway.Access;

/// <summary>Finds out by its token who makes the request, and names the caller to the grains that it calls.</summary>
internal sealed class CallerMiddleware(
    RequestDelegate next, TokenReader tokens, RevokedTokens revoked, CredentialGuesses guesses, CallerSigner signer,
    ServiceSettings settings)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        var scope = RequestLogScope.Of(context);
        var (address, network) = ClientAddress.Of(context);
        var current = scope.Caller = new CurrentCaller(revoked) { Address = address, Network = network };
        if (context.Request.Headers.Authorization is [{ } header])
        {
            var accepting = AcceptAsync(context, header, current, scope.CorrelationId);
            if (!accepting.IsCompletedSuccessfully) await accepting;
            if (current.Known is null && context.Request.Path.StartsWithSegments(InternalApi.Base)) await CountGuessAsync(current);
        }
        // Set here and not where the token is read: what an asynchronous method sets is gone when it returns.
        // Signed at once: for each thing that a call is sent with, Orleans copies all that it is sent with.
        Caller.Current = current.Known is { } caller ? signer.Sign(caller) : null;
        await next(context);
    }

    /// <summary>On the routes for services whatever is no credential could be a guess of SERVICE_TOKEN.</summary>
    private async Task CountGuessAsync(CurrentCaller caller)
    {
        if (caller.IsUndecided || caller.MustWait is not null || await guesses.CountAsync(caller.Network) is not { } wait) return;
        caller.MustWait = wait;
        LimitMetrics.Count("address");
    }

    private ValueTask<bool> AcceptAsync(HttpContext context, string header, CurrentCaller current, string correlationId)
    {
        var connection = ConnectionToken.Of(context);
        if (connection is not null && tokens.TryAcceptAgain(header, connection, current, correlationId) is { } isGood) return new(isGood);
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return new(false);
        var token = header[Scheme.Length..].Trim();
        return token.Length == 0 || ServiceTokens.TryAccept(context, token, settings.ServiceToken, current)
            ? new(false) : tokens.TryAcceptAsync(header, token, connection, current, correlationId);
    }
}
