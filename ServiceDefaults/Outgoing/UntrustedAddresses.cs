using System.Net;
using System.Net.Sockets;

namespace AgentManagement.ServiceDefaults.Outgoing;

/// <summary>
/// Connects to hosts that a tenant named. Nothing of them is believed: an address is looked at as what a name leads to is, whatever it
/// looks like, and one address that may not be called refuses them all, as a name that leads to both is one that is being moved.
/// </summary>
/// <param name="addresses">What may be called.</param>
/// <param name="resolve">What a name leads to; that of the system when there is none.</param>
public sealed class UntrustedAddresses(OutgoingAddresses addresses, Func<string, IPAddress[]>? resolve = null)
{
    private readonly Func<string, IPAddress[]> _resolve = resolve ?? Dns.GetHostAddresses;

    /// <summary>Connects to what was looked at, and to nothing else: a name is not asked for again.</summary>
    /// <exception cref="AddressRefusedException">The host leads to an address that may not be called.</exception>
    /// <exception cref="SocketException">It leads nowhere, or nobody answers there.</exception>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        OutgoingSocket.ConnectAsync(context.DnsEndPoint, FindAsync, cancellationToken);

    private async Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken)
    {
        // On a thread of its own: a tenant's name server that does not answer must not hold those that everybody shares.
        var found = IPAddress.TryParse(host, out var address)
            ? [address]
            : await Task.Factory.StartNew(() => _resolve(host), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(cancellationToken);
        if (found.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        return found.All(addresses.MayBeCalled) ? found : throw new AddressRefusedException();
    }
}

/// <summary>A host leads to an address that may not be called.</summary>
public sealed class AddressRefusedException() : HttpRequestException("The host leads to an address that may not be called.");
