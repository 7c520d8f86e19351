using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AgentManagement.Bench.Follow;

/// <summary>Follows over a WebSocket.</summary>
public sealed class SocketFollower(Uri service, string token) : IFollower
{
    private const int MaxMessageBytes = 16 * 1024;

    public string Transport => "WebSocket";

    public async IAsyncEnumerable<Notification> FollowAsync(long since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(service) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, cancellationToken);
        await SendAsync(socket, new { action = "authenticate", token }, cancellationToken);
        await SendAsync(socket, new { action = "subscribe", since }, cancellationToken);
        var buffer = new byte[MaxMessageBytes];
        while (await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken) is { MessageType: WebSocketMessageType.Text } part)
        {
            if (EventReading.ReadChange(buffer.AsSpan(0, part.Count)) is { } told) yield return told;
        }
    }

    private static Task SendAsync(ClientWebSocket socket, object command, CancellationToken cancellationToken) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
}
