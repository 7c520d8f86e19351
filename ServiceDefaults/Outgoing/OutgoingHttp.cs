using System.Net;
using System.Net.Http.Headers;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.ServiceDefaults.Outgoing;

/// <summary>How other services are called over HTTP.</summary>
public static class OutgoingHttp
{
    // A call ends sooner; this ends the attempt that it leaves behind.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>A client that follows no redirect. It sets no timeout: <see cref="OutgoingResilience"/> does.</summary>
    public static HttpClient CreateClient(ServiceSettings settings) =>
        new(CreateHandler(OutgoingAddresses.Of(settings))) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>What every client, socket and SDK connects through: the addresses are checked here.</summary>
    public static SocketsHttpHandler CreateHandler(OutgoingAddresses addresses) => new()
    {
        AllowAutoRedirect = false, UseProxy = false, UseCookies = false,
        ConnectTimeout = ConnectTimeout, PooledConnectionLifetime = ConnectionLifetime, ConnectCallback = addresses.ConnectAsync,
        // The unread rest of an answer is not worth a connection.
        MaxResponseDrainSize = 0,
    };

    /// <summary>The bearer token by which another service knows this one; null without an OUTGOING_SERVICE_TOKEN.</summary>
    public static AuthenticationHeaderValue? Authorization(string? serviceToken) =>
        serviceToken is null ? null : new AuthenticationHeaderValue("Bearer", serviceToken);

    /// <summary>Sends a request and reads the whole answer, which must be 200.</summary>
    /// <exception cref="NoAnswerException">The status is another.</exception>
    /// <exception cref="HttpRequestException">There is no answer, or it has more than <paramref name="maxBytes"/>.</exception>
    public static async Task<byte[]> ReadAnswerAsync(
        this HttpClient http, HttpRequestMessage request, int maxBytes, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw new NoAnswerException($"The status is {(int)response.StatusCode}.");
        await response.Content.LoadIntoBufferAsync(maxBytes, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }
}
