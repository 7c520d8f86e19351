using System.Net.WebSockets;
using System.Text.Json;
using AgentManagement.Domain.Changes;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.AspNetCore.Connections;

namespace AgentManagement.WebGateway.Changes;

/// <summary>The messages of a WebSocket, in and out, and its end, of which the client is told before the connection goes.</summary>
internal sealed class SocketChannel(WebSocket socket, TimeProvider time) : IDisposable
{
    private const int MaxCommandBytes = 16 * 1024;
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _unanswered = new();
    private volatile Task _closing = Task.CompletedTask;

    /// <summary>Ends when the client was told of the end that was begun, or could not be.</summary>
    public Task Closing => _closing;

    public void Dispose()
    {
        _sending.Dispose();
        _unanswered.Dispose();
    }

    public Task SendErrorAsync(string code, string detail, CancellationToken ending) =>
        SendAsync(new { @event = "error", type = EventMessage.Control, code, detail }, ending);

    /// <summary>The next message of the client; null when the socket has ended, or ends because it was no message.</summary>
    public async Task<byte[]?> ReceiveAsync()
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

    /// <summary>Sends a message; one is on its way at a time.</summary>
    public async Task SendAsync(object message, CancellationToken ending)
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
    public void End(WebSocketCloseStatus status, string reason)
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

    /// <summary>Closes the socket, with the reason for its client.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
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
}
