using System.Net;
using System.Net.Sockets;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.ServiceDefaults.Outgoing;

/// <summary>
/// Which addresses this service connects to. A name that was configured may be made to lead elsewhere: to this host, to the network
/// around it, to the place where a cloud hands out credentials. So what a name leads to is looked at when the connection is made.
/// </summary>
/// <param name="allowed">Networks that are not public and may be called nevertheless.</param>
/// <param name="resolve">What a name leads to; that of the system when there is none.</param>
public sealed class OutgoingAddresses(ImmutableArray<IPNetwork> allowed, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    // RFC 6890 and what it refers to: private, shared, loopback, link-local, reserved, for documentation, and what stands for an address of
    // IPv4. Of IPv6 only 2000::/3 is given out to anybody. One that is public and yet a cloud's own, to its machines alone, is the last.
    private static readonly ImmutableArray<IPNetwork> NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16",
            "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "168.63.129.16/32",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly ImmutableArray<IPNetwork> OfDevelopment =
        [.. new[] { "10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7" }.Select(IPNetwork.Parse)];

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>Those of the settings; in development, where services are on the same machine, also what is private.</summary>
    public static OutgoingAddresses Of(ServiceSettings settings) =>
        new(settings.IsProduction ? settings.OutgoingNetworks : [.. settings.OutgoingNetworks, .. OfDevelopment]);

    /// <summary>Whether a name may lead to the address.</summary>
    public bool MayBeCalled(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return !NotPublic.Any(network => network.Contains(address)) || allowed.Any(network => network.Contains(address));
    }

    /// <summary>Connects to a host: to the address that it is, or to one that its name leads to and that may be called.</summary>
    /// <exception cref="HttpRequestException">There is none, or none could be reached.</exception>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        OutgoingSocket.ConnectAsync(context.DnsEndPoint, FindAsync, cancellationToken);

    private async Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken)
    {
        // Only hosts of the settings are called: an address in them was meant.
        if (IPAddress.TryParse(host, out var address)) return [address];
        IPAddress[] found = [.. (await _resolve(host, cancellationToken)).Where(each => IsLocalhost(host) || MayBeCalled(each))];
        return found.Length > 0
            ? found : throw new HttpRequestException("The host's name leads to no address that may be called; see OUTGOING_NETWORKS.");
    }

    private static bool IsLocalhost(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
}
