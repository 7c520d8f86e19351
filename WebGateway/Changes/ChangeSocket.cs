using System.Net.WebSockets;
using System.Text.Json;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.ClusterClient;
using AgentManagement.Domain.Changes;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Limits;
using Microsoft.AspNetCore.Connections;

namespace AgentManagement.WebGateway.Changes;

/// <summary>
/// One WebSocket: authenticates, then sends the tenant's changes. One message is on its way at a time, and the next batch is
/// taken when all of the last one was sent. It is one of the tenant's watchers from its authentication on.
/// </summary>
/// <param name="limits">Null where no requests are limited.</param>
internal sealed class ChangeSocket(
    WebSocket socket, CurrentCaller caller, TenantFeeds feeds, CallerGrains grains, TokenReader tokens, TokenWatch watch,
    RequestLimits? limits, TimeProvider time, string correlationId) : IDisposable
{
    /// <summary>How long a socket is open without a subscription.</summary>
    internal static readonly TimeSpan SubscriptionTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How many messages a client may send in a second of the clock.</summary>
    internal const int MaxMessagesOfSecond = 20;

    private const int MaxCommandBytes = 16 * 1024;
    private static readonly TimeSpan AuthenticationTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _unanswered = new();
    private volatile Task _closing = Task.CompletedTask;
    private (long Second, int Count) _messages;

    public void Dispose()
    {
        _sending.Dispose();
        _unanswered.Dispose();
    }

    /// <summary>Whether the token of the first message was not good enough.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Serves the socket until one side closes it, the token expires or the server stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var stopped = stopping.Register(() => End(WebSocketCloseStatus.EndpointUnavailable, "closing"));
        if (caller.Known is null && !await AuthenticateAsync()) return;
        // What an asynchronous method sets is known to those that it calls, and gone when it returns.
        Caller.Current = caller.Known;
        using var watched = watch.Begin(caller, EndFor);
        using var idle = new CancellationTokenSource(SubscriptionTimeout, time);
        using var late = idle.Token.Register(() => EndFor("no_subscription"));
        FeedSubscription? reserved = new(feeds, grains, caller, time);
        Task reserving = Task.CompletedTask, publishing = Task.CompletedTask;
        using var open = WatchMetrics.Open(WatchMetrics.Socket);
        try
        {
            await SendAsync(new { @event = "authenticated", type = EventMessage.Control, tenant_id = caller.TenantId }, ending.Token);
            reserving = ReserveAsync(reserved, EndFor, ending.Token);
            while (await ReceiveAsync() is { } message)
            {
                // What still comes while the client is told of the end is passed over, so that it is told.
                if (ending.IsCancellationRequested) continue;
                if (AreTooMany())
                {
                    EndFor("too_many_messages");
                    continue;
                }
                switch (SocketCommand.Read(message))
                {
                    case { Action: SocketCommand.Ping }:
                        await SendAsync(new { @event = "pong", type = EventMessage.Control }, ending.Token);
                        break;
                    case { Action: SocketCommand.Subscribe } when !publishing.IsCompleted:
                        await SendAsync(Error("already_subscribed", "The socket has its subscription."), ending.Token);
                        break;
                    case { Action: SocketCommand.Subscribe } command:
                        idle.CancelAfter(Timeout.InfiniteTimeSpan);
                        publishing = PublishAsync(
                            reserved ?? new(feeds, grains, caller, time), reserving, command, idle, ending.Token);
                        reserved = null;
                        break;
                    default:
                        await SendAsync(Error("unknown_command", "The message is no command: {action: subscribe|ping, since?, events?}."),
                            ending.Token);
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The socket ends; whoever ended it says why.
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(reserving, publishing);
            if (reserved is not null) await reserved.DisposeAsync();
            // The socket is let go of when this returns, and a client that was not told by then never hears why.
            await _closing;
        }

        void EndFor(string reason)
        {
            End(WebSocketCloseStatus.PolicyViolation, reason);
            ending.Cancel();
        }
    }

    private async Task<bool> AuthenticateAsync()
    {
        using var timeout = new CancellationTokenSource(AuthenticationTimeout, time);
        using var late = timeout.Token.Register(() => End(WebSocketCloseStatus.PolicyViolation, "unauthenticated"));
        if (await ReceiveAsync() is not { } message) return false;
        if (SocketCommand.Read(message) is { Action: SocketCommand.Authenticate, Token: { } token }
            && await tokens.TryAcceptAsync(token, caller, correlationId) && caller.May(Permissions.AgentsRead)) return await CountAsync();
        IsRefused = true;
        await CloseAsync(WebSocketCloseStatus.PolicyViolation, !caller.IsUndecided ? "unauthenticated" : caller.IsOfApiKey
            ? TokenWatch.ApiKeysUnavailable : TokenWatch.IdentityUnavailable);
        return false;
    }

    /// <summary>Counts the socket as a request, of whom it is known only now; false when that is one too many.</summary>
    private async Task<bool> CountAsync()
    {
        if (limits is null || (await limits.DecideAsync(caller.Known!, isInternal: false)).Exceeded is not { } limit) return true;
        LimitMetrics.Count(limit);
        await CloseAsync(WebSocketCloseStatus.PolicyViolation, "rate_limited");
        return false;
    }

    private bool AreTooMany()
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        _messages = (second, second == _messages.Second ? _messages.Count + 1 : 1);
        return _messages.Count > MaxMessagesOfSecond;
    }

    /// <summary>Makes the socket one of the tenant's watchers, whether it subscribes or not; ends it when there are enough.</summary>
    private async Task ReserveAsync(FeedSubscription subscription, Action<string> end, CancellationToken ending)
    {
        try
        {
            var reserved = await RetryAsync(subscription.ReserveAsync, ending);
            if (reserved.IsOk) return;
            await SendAsync(Error(reserved.Code, reserved.Detail), ending);
            end(reserved.Code);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The socket ends; whoever ended it says why.
        }
    }

    /// <summary>Sends changes until the socket ends. What goes wrong ends the socket, so that the client knows.</summary>
    private async Task PublishAsync(
        FeedSubscription subscription, Task reserving, SocketCommand command, CancellationTokenSource idle, CancellationToken ending)
    {
        await using var used = subscription;
        try
        {
            await reserving;
            subscription.Wants = command.Wants;
            var first = await RetryAsync(() => subscription.OpenAsync(command.Since), ending);
            if (!first.IsOk)
            {
                await SendAsync(Error(first.Code, first.Detail), ending);
                return;
            }
            var before = first.Value.Revision;
            if (!first.Value.MustResync)
            {
                var subscribed = new
                {
                    @event = "subscribed", type = EventMessage.Control, revision = command.Since ?? before, head = before,
                };
                await SendAsync(subscribed, ending);
            }
            await foreach (var batch in subscription.ReadAsync(ending))
            {
                if (batch.MustResync)
                {
                    await SendAsync(Control(EventMessage.ResyncRequired, batch.Revision), ending);
                    return;
                }
                foreach (var change in batch.Changes)
                {
                    await SendAsync(EventMessage.Of(caller.TenantId, change), ending);
                    ChangeMetrics.Count(WatchMetrics.Socket, change.At, time.GetUtcNow(), isNews: change.Revision > before);
                }
                foreach (var notice in batch.Notices)
                {
                    await SendAsync(EventMessage.Of(caller.TenantId, subscription.Revision, notice), ending);
                }
                if (batch.Changes.IsEmpty && batch.Notices.IsEmpty)
                {
                    await SendAsync(Control("heartbeat", subscription.Revision), ending);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The socket ends; whoever ended it says why.
        }
        finally
        {
            // It may subscribe anew.
            if (!ending.IsCancellationRequested) idle.CancelAfter(SubscriptionTimeout);
        }
    }

    /// <summary>Tries until a silo answers.</summary>
    private static async Task<Outcome<ChangeBatch>> RetryAsync(Func<Task<Outcome<ChangeBatch>>> open, CancellationToken ending)
    {
        while (true)
        {
            ending.ThrowIfCancellationRequested();
            try
            {
                return await open().WaitAsync(ending);
            }
            catch (GrainCallException)
            {
                await Task.Delay(RetryDelay, ending);
            }
        }
    }

    /// <summary>The next message of the client; null when the socket has ended, or ends because it was no message.</summary>
    private async Task<byte[]?> ReceiveAsync()
    {
        var buffer = new byte[MaxCommandBytes];
        var length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part;
            try
            {
                // Not cancelled before the client was told why: that would break the socket off.
                part = await socket.ReceiveAsync(buffer.AsMemory(length), _unanswered.Token);
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ConnectionAbortedException)
            {
                return null;
            }
            length += part.Count;
            if (part is { MessageType: WebSocketMessageType.Text, EndOfMessage: true }) return buffer[..length];
            if (part is { MessageType: WebSocketMessageType.Text, EndOfMessage: false } && length < MaxCommandBytes) continue;
            await CloseAsync(
                part.MessageType switch
                {
                    WebSocketMessageType.Close => WebSocketCloseStatus.NormalClosure,
                    WebSocketMessageType.Text => WebSocketCloseStatus.MessageTooBig,
                    _ => WebSocketCloseStatus.InvalidMessageType,
                }, "");
            return null;
        }
    }

    private async Task SendAsync(object message, CancellationToken ending)
    {
        await _sending.WaitAsync(ending);
        try
        {
            using var timeout = new CancellationTokenSource(SendTimeout, time);
            // A client that does not read is cut off: it comes back with the last revision that it has.
            using var cutOff = timeout.Token.Register(() =>
            {
                WatchMetrics.CountSlowReader();
                socket.Abort();
            });
            await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, JsonFormat.Options), WebSocketMessageType.Text,
                endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>
    /// Closes the socket from outside of its turn, and waits no longer when the client does not answer. Its connection ends
    /// in order then, and is not reset: a client that looks later still finds why.
    /// </summary>
    private void End(WebSocketCloseStatus status, string reason)
    {
        _closing = Task.Run(() => CloseAsync(status, reason));
        _ = StopWaitingAsync();
    }

    private async Task StopWaitingAsync()
    {
        await _closing;
        await Task.Delay(CloseTimeout);
        try
        {
            await _unanswered.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The client has answered.
        }
    }

    private async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        try
        {
            using var timeout = new CancellationTokenSource(CloseTimeout);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, reason, timeout.Token);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Abort();
        }
    }

    private static object Control(string name, long revision) => new { @event = name, type = EventMessage.Control, revision };

    private static object Error(string code, string detail) => new { @event = "error", type = EventMessage.Control, code, detail };
}
