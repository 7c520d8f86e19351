namespace AgentManagement.WebGateway.Http;

/// <summary>Where a request came from: the connection's other end, or what the proxies of TRUSTED_PROXIES say of it.</summary>
internal static class ClientAddress
{
    /// <summary>The address in numbers; null where there is no connection.</summary>
    public static string? Of(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return null;
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }
}
