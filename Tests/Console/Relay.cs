using System.Net;
using System.Net.Sockets;

namespace AgentManagement.Tests.WebConsole;

/// <summary>A way to the service that can be cut, all connections at once and those to come, or be slow.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly List<TcpClient> _open = [];
    private bool _isCut;

    public Relay(Uri service)
    {
        Service = service;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>To whom connections lead that are made from now on.</summary>
    public Uri Service { get; set; }

    /// <summary>How late what the browser sends comes to the service.</summary>
    public TimeSpan Delay { get; set; }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public void Cut()
    {
        lock (_lock)
        {
            _isCut = true;
            foreach (var client in _open) client.Close();
            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_lock) _isCut = false;
    }

    public void Dispose()
    {
        Cut();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = ConnectAsync(client);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ConnectAsync(TcpClient client)
    {
        var service = new TcpClient();
        lock (_lock)
        {
            if (_isCut)
            {
                client.Close();
                return;
            }
            _open.AddRange([client, service]);
        }
        try
        {
            await service.ConnectAsync(Service.Host, Service.Port);
            await Task.WhenAny(service.GetStream().CopyToAsync(client.GetStream()), SendAsync(client.GetStream(), service.GetStream()));
        }
        catch (Exception exception)
            when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side has ended it.
        }
        finally
        {
            client.Close();
            service.Close();
        }
    }

    private async Task SendAsync(NetworkStream client, NetworkStream service)
    {
        var buffer = new byte[16_384];
        while (await client.ReadAsync(buffer) is var read and > 0)
        {
            if (Delay > TimeSpan.Zero) await Task.Delay(Delay);
            await service.WriteAsync(buffer.AsMemory(0, read));
        }
    }
}
