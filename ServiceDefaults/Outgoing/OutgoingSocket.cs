using System.Net;
using System.Net.Sockets;

namespace AgentManagement.ServiceDefaults.Outgoing;

/// <summary>Connects to addresses that were looked at, and to nothing else: a name is not asked for again.</summary>
internal static class OutgoingSocket
{
    /// <param name="host">The host that is meant, and its port.</param>
    /// <param name="findAsync">The addresses of the host that may be called; throws when there is none.</param>
    public static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint host, Func<string, CancellationToken, Task<IPAddress[]>> findAsync, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(await findAsync(host.Host, cancellationToken), host.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
