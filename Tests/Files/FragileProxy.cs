using System.Net;
using System.Net.Sockets;

namespace AgentManagement.Tests.Files;

/// <summary>A way to a server that a test can cut, or make fall silent, after so many bytes.</summary>
internal sealed class FragileProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Uri _server;

    public FragileProxy(Uri server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Bytes that still pass to the server before it is gone; null for all.</summary>
    public long? LeftToServer { get; set; }

    /// <summary>Bytes that still pass to the client before the server is gone; null for all.</summary>
    public long? LeftToClient { get; set; }

    /// <summary>Instead of being gone, the server falls silent.</summary>
    public bool IsSilent { get; set; }

    public ValueTask DisposeAsync()
    {
        _end.Cancel();
        _listener.Stop();
        _end.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _end.Token);
                await Task.WhenAny(
                    PassAsync(client, server, () => LeftToServer, left => LeftToServer = left),
                    PassAsync(server, client, () => LeftToClient, left => LeftToClient = left));
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
            {
                // Either side is gone, and with it the other.
            }
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, Func<long?> left, Action<long?> set)
    {
        var buffer = new byte[16 * 1024];
        int length;
        while ((length = await from.GetStream().ReadAsync(buffer, _end.Token)) > 0)
        {
            if (left() is { } most)
            {
                if (length >= most)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, (int)most), _end.Token);
                    set(0);
                    if (IsSilent) await Task.Delay(Timeout.Infinite, _end.Token);
                    return;
                }
                set(most - length);
            }
            await to.GetStream().WriteAsync(buffer.AsMemory(0, length), _end.Token);
        }
    }
}
