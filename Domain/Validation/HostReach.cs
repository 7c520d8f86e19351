using System.Net;

namespace AgentManagement.Domain.Validation;

/// <summary>How far a host is away.</summary>
public enum Reach { Public, Local, Forbidden }

/// <summary>Tells hosts apart by their addresses, in whatever way they are spelt.</summary>
public static class HostReach
{
    // The first that holds the address counts.
    private static readonly ImmutableArray<(IPNetwork Network, Reach Reach)> Networks =
    [
        // Where clouds hand out the credentials of machines, outside of the link-local networks.
        Network("100.100.100.200/32", Reach.Forbidden), Network("fd00:ec2::254/128", Reach.Forbidden),
        Network("168.63.129.16/32", Reach.Forbidden), Network("192.0.0.192/32", Reach.Forbidden),
        Network("fd20:ce::254/128", Reach.Forbidden),
        Network("169.254.0.0/16", Reach.Forbidden), Network("fe80::/10", Reach.Forbidden),
        Network("0.0.0.0/8", Reach.Forbidden), Network("::/128", Reach.Forbidden),
        // Multicast, what is reserved, and broadcast.
        Network("224.0.0.0/3", Reach.Forbidden), Network("ff00::/8", Reach.Forbidden),
        Network("127.0.0.0/8", Reach.Local), Network("::1/128", Reach.Local),
        Network("10.0.0.0/8", Reach.Local), Network("172.16.0.0/12", Reach.Local), Network("192.168.0.0/16", Reach.Local),
        Network("100.64.0.0/10", Reach.Local), Network("fc00::/7", Reach.Local), Network("fec0::/10", Reach.Local),
    ];

    /// <summary>IPv6 networks whose addresses stand for an IPv4 address, and the byte that it starts at.</summary>
    private static readonly ImmutableArray<(IPNetwork Network, int Start)> Embeddings =
    [
        (IPNetwork.Parse("::ffff:0:0/96"), 12), (IPNetwork.Parse("64:ff9b::/96"), 12), (IPNetwork.Parse("2002::/16"), 2),
        (IPNetwork.Parse("::/96"), 12), (IPNetwork.Parse("::ffff:0:0:0/96"), 12), (IPNetwork.Parse("64:ff9b:1::/48"), 12),
    ];

    private static readonly string[] MetadataNames =
    [
        "metadata.google.internal", "metadata", "metadata.goog", "instance-data", "instance-data.ec2.internal",
    ];

    /// <summary>Whether it can be a host: a name whose last part is a number is read as an address by some, and is none.</summary>
    public static bool IsHost(string host)
    {
        var last = host[(host.LastIndexOf('.') + 1)..];
        var isNumber = last.Length > 0 && (last.All(char.IsAsciiDigit) || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase));
        return host.Length > 0 && (!isNumber || IPAddress.TryParse(host, out _));
    }

    /// <param name="host">A name in its ASCII form or an address, without a final dot.</param>
    public static Reach Of(string host)
    {
        if (IPAddress.TryParse(host.Replace("%25", "%", StringComparison.Ordinal), out var address)) return Of(address);
        if (MetadataNames.Contains(host, StringComparer.OrdinalIgnoreCase)) return Reach.Forbidden;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            ? Reach.Local : Reach.Public;
    }

    private static Reach Of(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        // Without the zone, which is no part of the address.
        address = new IPAddress(bytes);
        foreach (var (network, reach) in Networks)
        {
            if (network.Contains(address)) return reach;
        }
        foreach (var (network, start) in Embeddings)
        {
            if (network.Contains(address)) return Of(new IPAddress(bytes.AsSpan(start, 4)));
        }
        return IsTunnelToForbidden(bytes) ? Reach.Forbidden : Reach.Public;
    }

    /// <summary>
    /// Whether a public address leads to a forbidden one of IPv4 by a tunnel: ISATAP has it behind <c>5efe</c>, Teredo inverted at its end.
    /// </summary>
    private static bool IsTunnelToForbidden(byte[] address)
    {
        if (address.Length == 4) return false;
        var end = address[12..];
        if (address is [_, _, _, _, _, _, _, _, 0 or 2, 0, 0x5e, 0xfe, ..]) return Of(new IPAddress(end)) == Reach.Forbidden;
        return address is [0x20, 0x01, 0, 0, ..] && Of(new IPAddress([.. end.Select(each => (byte)~each)])) == Reach.Forbidden;
    }

    private static (IPNetwork Network, Reach Reach) Network(string network, Reach reach) => (IPNetwork.Parse(network), reach);
}
