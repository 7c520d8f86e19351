using System.Collections.Concurrent;
using System.Net.Sockets;

namespace AgentManagement.Tests.Changes;

/// <summary>What a channel of a Redis tells, as it comes over the connection: the client's handlers run beside each other.</summary>
internal sealed class RawSubscription : IAsyncDisposable
{
    private readonly TcpClient _connection = new();
    private Task _reading = Task.CompletedTask;

    /// <summary>The messages in their order; each is a JSON object.</summary>
    public ConcurrentQueue<JsonElement> Received { get; } = new();

    /// <summary>Returns when the server has confirmed the subscription.</summary>
    public static async Task<RawSubscription> StartAsync(Uri server, string channel)
    {
        var subscription = new RawSubscription();
        try
        {
            await subscription.BeginAsync(server, channel);
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _reading;
    }

    private async Task BeginAsync(Uri server, string channel)
    {
        await _connection.ConnectAsync(server.Host, server.Port > 0 ? server.Port : 6379);
        var stream = _connection.GetStream();
        var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\r\n" };
        var login = server.UserInfo.Split(':', 2).Where(part => part.Length > 0).Select(Uri.UnescapeDataString);
        if (server.UserInfo.Length > 0) await writer.WriteLineAsync($"AUTH {string.Join(' ', login)}");
        await writer.WriteLineAsync($"SUBSCRIBE {channel}");
        await writer.FlushAsync();
        // What is answered to a subscription ends with the number of them.
        while (await Await.For(reader.ReadLineAsync(), "the subscription") is var line && line != ":1")
        {
            if (line is null or ['-', ..]) throw new IOException($"The subscription was refused: {line}");
        }
        _reading = ReadAsync(reader);
    }

    private async Task ReadAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith('{')) Received.Enqueue(JsonDocument.Parse(line).RootElement);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection was closed; what is missing from what was told is for the test to find.
        }
    }
}
