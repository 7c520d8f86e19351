using System.Net.WebSockets;
using System.Text.Json;
using AgentManagement.Access;
using AgentManagement.Domain.Changes;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Limits;

namespace AgentManagement.WebGateway.Changes;

/// <summary>
/// One WebSocket: authenticates, then does what its client's messages ask for, and sends the tenant's changes. It is one of the tenant's
/// watchers from its authentication on.
/// </summary>
/// <param name="limits">Null where no requests are limited.</param>
internal sealed class ChangeSocket(
    WebSocket socket, CurrentCaller caller, TenantFeeds feeds, CallerGrains grains, TokenReader tokens, TokenWatch watch,
    RequestLimits? limits, AgentViewers viewers, TimeProvider time, string correlationId) : IDisposable
{
    /// <summary>How long a socket is open without a subscription.</summary>
    internal static readonly TimeSpan SubscriptionTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How many messages a client may send in a second of the clock.</summary>
    internal const int MaxMessagesOfSecond = 20;

    private readonly SocketChannel _channel = new(socket, time);
    private readonly string _viewer = Guid.NewGuid().ToString("n");
    private (long Second, int Count) _messages;

    public void Dispose() => _channel.Dispose();

    /// <summary>Whether the token of the first message was not good enough.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Serves the socket until one side closes it, the token expires or the server stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var stopped = stopping.Register(() => _channel.End(WebSocketCloseStatus.EndpointUnavailable, "closing"));
        if (caller.Known is null)
        {
            var authentication = new SocketAuthentication(_channel, caller, tokens, limits, time, correlationId);
            var isAuthenticated = await authentication.AuthenticateAsync();
            IsRefused = authentication.IsRefused;
            if (!isAuthenticated) return;
        }
        // What an asynchronous method sets is known to those that it calls, and gone when it returns.
        Caller.Current = caller.Known;
        var publisher = new SocketPublisher(_channel, caller.TenantId, time);
        using var watched = watch.Begin(caller, EndFor);
        using var idle = new CancellationTokenSource(SubscriptionTimeout, time);
        using var late = idle.Token.Register(() => EndFor("no_subscription"));
        FeedSubscription? reserved = new(feeds, grains, caller, time);
        Task reserving = Task.CompletedTask, publishing = Task.CompletedTask;
        using var open = WatchMetrics.Open(WatchMetrics.Socket);
        try
        {
            await _channel.SendAsync(
                new { @event = "authenticated", type = EventMessage.Control, tenant_id = caller.TenantId }, ending.Token);
            reserving = publisher.ReserveAsync(reserved, EndFor, ending.Token);
            while (await _channel.ReceiveAsync() is { } message)
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
                        await _channel.SendAsync(new { @event = "pong", type = EventMessage.Control }, ending.Token);
                        break;
                    case { Action: SocketCommand.Subscribe } when !publishing.IsCompleted:
                        await _channel.SendErrorAsync("already_subscribed", "The socket has its subscription.", ending.Token);
                        break;
                    case { Action: SocketCommand.Subscribe } command:
                        idle.CancelAfter(Timeout.InfiniteTimeSpan);
                        publishing = publisher.PublishAsync(
                            reserved ?? new(feeds, grains, caller, time), reserving, command, idle, ending.Token);
                        reserved = null;
                        break;
                    case { Action: SocketCommand.Viewing } command:
                        if (!viewers.Say(caller.TenantId, _viewer, caller.Known!.Subject, command.Agent, Notify))
                        {
                            await _channel.SendErrorAsync(
                                "too_many_viewers", "Too many of the tenant say which agent they have open.", ending.Token);
                        }
                        if (publishing.IsCompleted)
                        {
                            idle.CancelAfter(command.Agent is null ? SubscriptionTimeout : Timeout.InfiniteTimeSpan);
                        }
                        break;
                    default:
                        await _channel.SendErrorAsync(
                            "unknown_command", "The message is no command: {action: subscribe|viewing|ping, since?, events?, agent?}.",
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
            viewers.Say(caller.TenantId, _viewer, caller.Known!.Subject, agent: null, Notify);
            await Task.WhenAll(reserving, publishing);
            if (reserved is not null) await reserved.DisposeAsync();
            // The socket is let go of when this returns, and a client that was not told by then never hears why.
            await _channel.Closing;
        }

        Task Notify(object message) => _channel.SendAsync(message, ending.Token);

        void EndFor(string reason)
        {
            _channel.End(WebSocketCloseStatus.PolicyViolation, reason);
            ending.Cancel();
        }
    }

    private bool AreTooMany()
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        _messages = (second, second == _messages.Second ? _messages.Count + 1 : 1);
        return _messages.Count > MaxMessagesOfSecond;
    }
}
