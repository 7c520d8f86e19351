using System.Net.WebSockets;
using AgentManagement.Access;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Limits;

namespace AgentManagement.WebGateway.Changes;

/// <summary>Learns who is behind a socket whose request had no token: its first message has it.</summary>
/// <param name="limits">Null where no requests are limited.</param>
internal sealed class SocketAuthentication(
    SocketChannel channel, CurrentCaller caller, TokenReader tokens, RequestLimits? limits, TimeProvider time, string correlationId)
{
    private static readonly TimeSpan AuthenticationTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Whether the token was not good enough.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Reads the token that the first message has; false when the socket ends for want of a good one.</summary>
    public async Task<bool> AuthenticateAsync()
    {
        using var timeout = new CancellationTokenSource(AuthenticationTimeout, time);
        using var late = timeout.Token.Register(() => channel.End(WebSocketCloseStatus.PolicyViolation, "unauthenticated"));
        if (await channel.ReceiveAsync() is not { } message) return false;
        if (SocketCommand.Read(message) is { Action: SocketCommand.Authenticate, Token: { } token }
            && await tokens.TryAcceptAsync(token, caller, correlationId) && caller.May(Permissions.AgentsRead)) return await CountAsync();
        IsRefused = true;
        await channel.CloseAsync(WebSocketCloseStatus.PolicyViolation, !caller.IsUndecided ? "unauthenticated" : caller.IsOfApiKey
            ? TokenWatch.ApiKeysUnavailable : TokenWatch.IdentityUnavailable);
        return false;
    }

    /// <summary>Counts the socket as a request, of whom it is known only now; false when that is one too many.</summary>
    private async Task<bool> CountAsync()
    {
        if (limits is null || (await limits.DecideAsync(caller.Known!, isInternal: false)).Exceeded is not { } limit) return true;
        LimitMetrics.Count(limit);
        await channel.CloseAsync(WebSocketCloseStatus.PolicyViolation, "rate_limited");
        return false;
    }
}
