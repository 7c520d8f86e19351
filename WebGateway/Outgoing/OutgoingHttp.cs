using System.Net.Http.Headers;

namespace AgentManagement.WebGateway.Outgoing;

/// <summary>Makes the HTTP clients that call other services.</summary>
internal static class OutgoingHttp
{
    // A call ends sooner; this ends the attempt that it leaves behind.
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>A client that calls the host that it is told, and nobody else whatever that answers. It does not end calls: an <see cref="OutgoingPipeline"/> does.</summary>
    public static HttpClient CreateClient(OutgoingAddresses addresses) => new(CreateHandler(addresses)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>What such a client, or a socket, connects through.</summary>
    public static SocketsHttpHandler CreateHandler(OutgoingAddresses addresses) => new()
    {
        AllowAutoRedirect = false, UseProxy = false, UseCookies = false,
        ConnectTimeout = ConnectPatience, PooledConnectionLifetime = ConnectionLifetime, ConnectCallback = addresses.ConnectAsync,
        // What is not read of an answer is not worth a connection.
        MaxResponseDrainSize = 0,
    };

    /// <summary>What shows that this service asks; null without a SERVICE_TOKEN.</summary>
    public static AuthenticationHeaderValue? Authorization(string? serviceToken) =>
        serviceToken is null ? null : new AuthenticationHeaderValue("Bearer", serviceToken);
}
