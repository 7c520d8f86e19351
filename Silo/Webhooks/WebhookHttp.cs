using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using AgentManagement.Domain.Webhooks;
using AgentManagement.Grains.Webhooks;
using AgentManagement.ServiceDefaults.Outgoing;

namespace AgentManagement.Silo.Webhooks;

/// <summary>
/// Sends to receivers of webhooks, whom nobody here knows: to addresses that were checked, without proxies, cookies or redirects, for ten
/// seconds at most. Of an answer the status counts; its body is neither kept nor told.
/// </summary>
internal sealed class WebhookHttp : IWebhookPost, IDisposable
{
    /// <summary>The longest that a request takes, its connection included.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const int MaxAtOnce = 64;
    private const int MaxDrainedBytes = 4 * 1024;
    private const int MaxHeaderKilobytes = 16;
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);
    private static readonly ProductInfoHeaderValue Sender = new(new ProductHeaderValue("AgentManagement-Webhooks"));

    private readonly WebhookTurns _turns = new(MaxAtOnce);
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;

    public WebhookHttp(UntrustedAddresses addresses, TimeProvider time)
    {
        _time = time;
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null,
            ConnectCallback = addresses.ConnectAsync, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // A short answer is read to its end, so that the connection can be used again; a long one ends it.
            MaxResponseDrainSize = MaxDrainedBytes, ResponseDrainTimeout = DrainTimeout, MaxResponseHeadersLength = MaxHeaderKilobytes,
        });
    }

    public async Task<DeliveryResult> SendAsync(WebhookPosting posting, CancellationToken cancellationToken)
    {
        using var turn = await _turns.EnterAsync(posting.TenantId, cancellationToken);
        using var timeout = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var request = RequestOf(posting);
        try
        {
            // Ends with the answer's headers.
            using var response = await _http.SendAsync(request, either.Token);
            return ResultOf(response);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(DeliveryOutcome.TimedOut);
        }
        // HttpClient lets a socket's own through when a new connection has ended before it was used.
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return new(
                exception.InnerException is AddressRefusedException || exception is AddressRefusedException
                    ? DeliveryOutcome.Blocked : DeliveryOutcome.Unreachable);
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage RequestOf(WebhookPosting posting)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, posting.Url)
        {
            Version = HttpVersion.Version11,
            Content = new ByteArrayContent(posting.Body) { Headers = { ContentType = new("application/json") } },
        };
        request.Headers.UserAgent.Add(Sender);
        request.Headers.Add("webhook-id", posting.Id);
        request.Headers.Add("webhook-timestamp", posting.Timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", posting.Signature);
        return request;
    }

    private DeliveryResult ResultOf(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode) return new(DeliveryOutcome.Accepted, status);
        if (response.StatusCode == HttpStatusCode.Gone) return new(DeliveryOutcome.Gone, status);
        var asked = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - _time.GetUtcNow() : null;
        return new(DeliveryOutcome.Refused, status, asked);
    }
}
