using System.Net;
using System.Net.Sockets;

namespace AgentManagement.WebGateway.Http;

/// <summary>Where a request came from: the connection's other end, or what the proxies of TRUSTED_PROXIES say of it.</summary>
internal static class ClientAddress
{
    private const int BytesOfNetwork = 8;

    /// <summary>The address in numbers; null where there is no connection.</summary>
    public static string? Of(HttpContext context) => Find(context)?.ToString();

    /// <summary>
    /// By whom requests are counted: the address, or of IPv6 its first 64 bits, as many as one subscriber has; null where there is no
    /// connection.
    /// </summary>
    public static string? NetworkOf(HttpContext context)
    {
        if (Find(context) is not { AddressFamily: AddressFamily.InterNetworkV6 } address) return Of(context);
        var network = address.GetAddressBytes();
        network.AsSpan(BytesOfNetwork).Clear();
        return $"{new IPAddress(network)}/64";
    }

    private static IPAddress? Find(HttpContext context) =>
        context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : context.Connection.RemoteIpAddress;
}
