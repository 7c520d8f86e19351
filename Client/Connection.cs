using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;
using Polly.Retry;

namespace AgentManagement.Client;

/// <summary>Sends requests, again while the service is not ready or an answer is cut off, and reads answers.</summary>
internal sealed class Connection
{
    private readonly HttpClient _http;
    private readonly AgentManagementOptions _options;
    private readonly KnownAnswers _known;
    private readonly ResiliencePipeline<HttpResponseMessage> _repeating;

    public Connection(HttpClient http, AgentManagementOptions options, TimeProvider time)
    {
        (_http, _options, Time, _known) = (http, options, time, new(options.CacheBytes));
        _repeating = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }.AddRetry(new()
        {
            MaxRetryAttempts = Math.Max(1, options.MaxRetries),
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(10),
            UseJitter = true,
            ShouldHandle = attempt => new(options.MaxRetries > 0 && IsWorthRepeating(attempt.Outcome, attempt.Context.CancellationToken)),
            DelayGenerator = attempt => new(attempt.Outcome.Result is { } answer ? RetryAfterOf(answer) : null),
            OnRetry = attempt =>
            {
                attempt.Outcome.Result?.Dispose();
                return default;
            },
        }).Build();
    }

    public TimeProvider Time { get; }

    public AgentManagementOptions Options => _options;

    /// <summary>Reads what an address has. What is known of it already is confirmed instead of sent again.</summary>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var token = await _options.TokenAsync(wasRefused: false, cancellationToken).ConfigureAwait(false);
        // Known to those alone who show the token that it was answered to.
        var known = _known.Find(token, path);
        using var answer = await SendAsync(Request.Reading(HttpMethod.Get, path), known?.Tag, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.NotModified && known is not null) return Read(known.Body, type);
        await ThrowIfRefusedAsync(answer, cancellationToken).ConfigureAwait(false);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Headers.ETag is { } tag) _known.Keep(token, path, tag.ToString(), body);
        return Read(body, type);
    }

    public async Task<T> SendAsync<T>(Request request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(request, knownTag: null, cancellationToken).ConfigureAwait(false);
        await ThrowIfRefusedAsync(answer, cancellationToken).ConfigureAwait(false);
        return Read(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), type);
    }

    public async Task SendAsync(Request request, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(request, knownTag: null, cancellationToken).ConfigureAwait(false);
        await ThrowIfRefusedAsync(answer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The items of all pages, each read when the one before is used up.</summary>
    public async IAsyncEnumerable<T> PagesAsync<T>(
        string path, Query query, JsonTypeInfo<Page<T>> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = query.AppendTo(path);
        for (string? cursor = null; ;)
        {
            var page = await GetAsync(new Query().Add("cursor", cursor).AppendTo(first), type, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items) yield return item;
            if ((cursor = page.NextCursor) is null) yield break;
        }
    }

    /// <summary>An answer that is read as it comes; not repeated once it has begun.</summary>
    public async Task<HttpResponseMessage> OpenAsync(
        Action<HttpRequestMessage> prepare, string path, CancellationToken cancellationToken)
    {
        var message = Request.Reading(HttpMethod.Get, path).ToMessage(
            await _options.TokenAsync(wasRefused: false, cancellationToken).ConfigureAwait(false), knownTag: null);
        prepare(message);
        var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode) return answer;
        using (answer) await ThrowIfRefusedAsync(answer, cancellationToken).ConfigureAwait(false);
        throw new InvalidOperationException("A refusal was not one.");
    }

    private async Task<HttpResponseMessage> SendAsync(Request request, string? knownTag, CancellationToken cancellationToken)
    {
        var wasRefused = false;
        while (true)
        {
            var token = await _options.TokenAsync(wasRefused, cancellationToken).ConfigureAwait(false);
            var answer = request.MayRepeat
                ? await _repeating.ExecuteAsync(
                    async cancelled => await TryAsync(cancelled).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)
                : await TryAsync(cancellationToken).ConfigureAwait(false);
            // A token may have expired on the way: it is asked for once more.
            if (answer.StatusCode != HttpStatusCode.Unauthorized || wasRefused || _options.Token is null) return answer;
            answer.Dispose();
            wasRefused = true;

            async Task<HttpResponseMessage> TryAsync(CancellationToken cancelled)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
                using var timeout = Time.CreateTimer(
                    state => ((CancellationTokenSource)state!).Cancel(), limit, _options.AttemptTimeout, Timeout.InfiniteTimeSpan);
                try
                {
                    using var message = request.ToMessage(token, knownTag);
                    return await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, limit.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException cause) when (!cancelled.IsCancellationRequested)
                {
                    throw new HttpRequestException(HttpRequestError.Unknown, "The service did not answer in time.", cause);
                }
            }
        }
    }

    private bool IsWorthRepeating(Outcome<HttpResponseMessage> outcome, CancellationToken cancelled) => outcome switch
    {
        { Exception: HttpRequestException or IOException } => !cancelled.IsCancellationRequested,
        { Result: { } answer } when RetryAfterOf(answer) > _options.MaxRetryAfter => false,
        {
            Result.StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout
        } => true,
        _ => false,
    };

    private TimeSpan? RetryAfterOf(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - Time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero,
        _ => null,
    };

    private async Task ThrowIfRefusedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode) return;
        Problem? problem = null;
        try
        {
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            problem = JsonSerializer.Deserialize(body, Json.Default.Problem);
        }
        catch (JsonException)
        {
            // Of a proxy, which has its own words.
        }
        throw new ApiException(
            answer.StatusCode,
            problem is { Code: not null } ? problem : new("unknown", "The answer is no problem of the service: a proxy's, perhaps."),
            RetryAfterOf(answer));
    }

    private static T Read<T>(byte[] body, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(body, type) ?? throw new JsonException("The answer is null.");
}
