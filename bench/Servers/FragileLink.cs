using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace AgentManagement.Bench.Servers;

/// <summary>A way to a server that can be made slow, and be cut or fall silent after so many bytes.</summary>
public sealed class FragileLink : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Uri _server;
    private readonly Task _accepting;

    private FragileLink(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What each answer waits; a question is passed on at once.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Bytes that still pass to the server before it is gone; null for all.</summary>
    public long? LeftToServer { get; set; }

    /// <summary>Bytes that still pass to the client before the server is gone; null for all.</summary>
    public long? LeftToClient { get; set; }

    /// <summary>Instead of being gone, the server falls silent.</summary>
    public bool IsStalled { get; set; }

    /// <summary>The server's address by this way.</summary>
    public Uri Address => new UriBuilder(_server) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>Opens a way to a server on this machine.</summary>
    public static FragileLink To(Uri server) => new(server);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = PassAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
        }
        catch (OperationCanceledException)
        {
            // The way is closed.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _ending.Token);
                var answers = Channel.CreateUnbounded<(byte[] Bytes, long Read)>();
                _ = ReceiveAsync(server.GetStream(), answers.Writer);
                // When one side ends the other one is to hear of it.
                await await Task.WhenAny(AskAsync(client.GetStream(), server.GetStream()), AnswerAsync(answers.Reader, client.GetStream()));
            }
            catch (Exception exception) when (
                exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Closing both sides tells them.
            }
        }
    }

    private async Task AskAsync(NetworkStream client, NetworkStream server)
    {
        var buffer = new byte[BufferBytes];
        while (await client.ReadAsync(buffer, _ending.Token) is > 0 and var count)
        {
            var passing = (int)Math.Min(count, LeftToServer ?? count);
            await server.WriteAsync(buffer.AsMemory(0, passing), _ending.Token);
            if ((LeftToServer -= passing) == 0)
            {
                await FallSilentAsync();
                return;
            }
        }
    }

    private async Task ReceiveAsync(NetworkStream server, ChannelWriter<(byte[] Bytes, long Read)> answers)
    {
        try
        {
            var buffer = new byte[BufferBytes];
            while (await server.ReadAsync(buffer, _ending.Token) is > 0 and var count) answers.TryWrite(
                (buffer[..count], Stopwatch.GetTimestamp()));
            answers.Complete();
        }
        catch (Exception exception)
        {
            answers.Complete(exception);
        }
    }

    private async Task AnswerAsync(ChannelReader<(byte[] Bytes, long Read)> answers, NetworkStream client)
    {
        await foreach (var (bytes, read) in answers.ReadAllAsync(_ending.Token))
        {
            var wait = Delay - Stopwatch.GetElapsedTime(read);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, _ending.Token);
            var passing = (int)Math.Min(bytes.Length, LeftToClient ?? bytes.Length);
            await client.WriteAsync(bytes.AsMemory(0, passing), _ending.Token);
            if ((LeftToClient -= passing) == 0)
            {
                await FallSilentAsync();
                return;
            }
        }
    }

    private Task FallSilentAsync() => IsStalled ? Task.Delay(Timeout.InfiniteTimeSpan, _ending.Token) : Task.CompletedTask;
}
