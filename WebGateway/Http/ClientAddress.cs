using System.Net;
using System.Net.Sockets;

namespace AgentManagement.WebGateway.Http;

/// <summary>Where a request came from: the connection's other end, or what the proxies of TRUSTED_PROXIES say of it.</summary>
internal static class ClientAddress
{
    private const int BytesOfNetwork = 8;

    /// <summary>
    /// The address in numbers, and by whom requests are counted: the address, or of IPv6 its first 64 bits, as many as one subscriber has.
    /// Null where there is no connection.
    /// </summary>
    public static (string? Address, string? Network) Of(HttpContext context)
    {
        var found = Find(context);
        var address = found?.ToString();
        if (found is not { AddressFamily: AddressFamily.InterNetworkV6 }) return (address, address);
        var network = found.GetAddressBytes();
        network.AsSpan(BytesOfNetwork).Clear();
        return (address, $"{new IPAddress(network)}/64");
    }

    private static IPAddress? Find(HttpContext context) =>
        context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : context.Connection.RemoteIpAddress;
}
