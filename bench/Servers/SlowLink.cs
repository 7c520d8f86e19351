using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace AgentManagement.Bench.Servers;

/// <summary>A way to a server on which every answer can be made to arrive late; a question is passed on at once.</summary>
public sealed class SlowLink : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Uri _server;
    private readonly Task _accepting;

    private SlowLink(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What each answer waits.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The server's address by this way.</summary>
    public Uri Address => new UriBuilder(_server) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>Opens a way to a server on this machine.</summary>
    public static SlowLink To(Uri server) => new(server);

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
                // When one side ends the other one is to hear of it.
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), _ending.Token), PassLateAsync(server.GetStream(), client.GetStream()));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // Closing both sides tells them.
            }
        }
    }

    private async Task PassLateAsync(NetworkStream from, NetworkStream to)
    {
        var pieces = Channel.CreateUnbounded<(byte[] Bytes, long Read)>();
        var sending = SendAsync();
        var buffer = new byte[BufferBytes];
        while (await from.ReadAsync(buffer, _ending.Token) is > 0 and var count) pieces.Writer.TryWrite((buffer[..count], Stopwatch.GetTimestamp()));
        pieces.Writer.Complete();
        await sending;

        async Task SendAsync()
        {
            await foreach (var (bytes, read) in pieces.Reader.ReadAllAsync(_ending.Token))
            {
                var wait = Delay - Stopwatch.GetElapsedTime(read);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, _ending.Token);
                await to.WriteAsync(bytes, _ending.Token);
            }
        }
    }
}
