using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentManagement.Client;

/// <summary>Sends requests, again while the service is not ready or an answer is cut off, and reads answers.</summary>
internal sealed class Connection(HttpClient http, AgentManagementOptions options, TimeProvider time)
{
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private readonly KnownAnswers _known = new(options.CacheBytes);
    private int _wasRefused;

    public TimeProvider Time => time;

    public Uri Address => http.BaseAddress ?? throw new InvalidOperationException("The HTTP client has no base address.");

    /// <summary>The token to send. Whoever gives it learns whether the last one was refused.</summary>
    public ValueTask<string> TokenAsync(CancellationToken cancellationToken) =>
        options.TokenAsync(Interlocked.Exchange(ref _wasRefused, 0) == 1, cancellationToken);

    /// <summary>Reads what an address has. What is known of it already is confirmed instead of sent again.</summary>
    /// <param name="token">The only one to ask with; null for whichever the options give.</param>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken, string? token = null) =>
        SendAsync(Request.Reading(HttpMethod.Get, path), type, cancellationToken, token);

    public async Task<T> SendAsync<T>(
        Request request, JsonTypeInfo<T> type, CancellationToken cancellationToken, string? token = null)
    {
        using var answer = await AnswerAsync(request, token, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException("The answer is null.");
    }

    public async Task SendAsync(Request request, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(request, token: null, cancellationToken).ConfigureAwait(false);
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

    /// <summary>An answer that is read as it comes. It is asked for once; the limit of an attempt is for its beginning.</summary>
    public async Task<HttpResponseMessage> OpenAsync(Request request, CancellationToken cancellationToken, string? token = null) =>
        (await AttemptAsync(request, token, attempt: 1, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false)).Message;

    /// <summary>How long to wait before trying again: as the service says, or longer each time; null when that is too long.</summary>
    public TimeSpan? PauseAfter(Exception failure, int attempt, TimeSpan longest)
    {
        if (failure is ApiException { RetryAfter: { } asked }) return asked <= options.MaxRetryAfter ? asked : null;
        var pause = Math.Min(longest.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 20)));
        // Not all at the same moment after a service was away.
        return TimeSpan.FromSeconds(pause * (0.5 + Random.Shared.NextDouble() / 2));
    }

    private async Task<Answer> AnswerAsync(Request request, string? token, CancellationToken cancellationToken)
    {
        if (options.MaxRetries == 0) request.DropMadeKey();
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan? pause = null;
            if (options.Pause is { } shared) await shared.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await AttemptAsync(request, token, attempt, HttpCompletionOption.ResponseContentRead, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (ApiException refusal) when (options.Pause is not null
                && refusal is { Status: HttpStatusCode.TooManyRequests, RetryAfter: not null })
            {
                // Nothing was done: also what may be sent only once is sent again. It is no failed attempt.
                options.Pause.Begin(refusal.RetryAfter.Value, time);
                attempt--;
                continue;
            }
            catch (Exception failure) when (request.MayRepeat && attempt <= options.MaxRetries && IsPassing(failure)
                && (pause = PauseAfter(failure, attempt, LongestPause)) is not null)
            {
                // Sent again after it.
            }
            await Task.Delay(pause ?? TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether it may be different the next time.</summary>
    public static bool IsPassing(Exception failure) =>
        failure is HttpRequestException or IOException || failure is ApiException
        {
            Status: HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout
        };

    private async Task<Answer> AttemptAsync(
        Request request, string? given, int attempt, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        var token = given ?? await TokenAsync(cancellationToken).ConfigureAwait(false);
        var answer = await TransferAsync(request, token, attempt, completion, cancellationToken).ConfigureAwait(false);
        if (answer.Message.StatusCode == HttpStatusCode.Unauthorized)
        {
            Interlocked.Exchange(ref _wasRefused, 1);
            // A token may have expired on the way: one that is another is tried once.
            if (given is null && await TokenAsync(cancellationToken).ConfigureAwait(false) is var newer && newer != token)
            {
                answer.Dispose();
                answer = await TransferAsync(request, newer, attempt, completion, cancellationToken).ConfigureAwait(false);
            }
        }
        if (answer.Message.IsSuccessStatusCode || answer.IsConfirmed) return answer;
        using (answer) throw await RefusalOfAsync(answer.Message, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Answer> TransferAsync(
        Request request, string token, int attempt, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        // Known to those alone who show the token that it was answered to.
        var known = request.IsReading ? _known.Find(token, request.Path) : null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.AttemptTimeout);
        try
        {
            using var message = request.ToMessage(token, known?.Tag);
            var answer = await http.SendAsync(message, completion, limit.Token).ConfigureAwait(false);
            options.OnAnswer?.Invoke(new(
                request.Method.Method, request.Path, answer.StatusCode, attempt, HeaderOf(answer, "X-Correlation-Id"),
                HeaderOf(answer, "Idempotency-Replayed") == "true"));
            if (completion == HttpCompletionOption.ResponseHeadersRead) return new(answer, [], IsConfirmed: false);
            if (answer.StatusCode == HttpStatusCode.NotModified && known is not null) return new(answer, known.Body, IsConfirmed: true);
            var body = await answer.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            if (request.IsReading && answer is { IsSuccessStatusCode: true, Headers.ETag: { } tag })
            {
                _known.Keep(token, request.Path, tag.ToString(), body);
            }
            return new(answer, body, IsConfirmed: false);
        }
        catch (OperationCanceledException cause) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.Unknown, "The service did not answer in time.", cause);
        }
        catch (SocketException cause)
        {
            // HttpClient asks a new connection for its other end, and lets this through when it has been cut off in between.
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection ended as it began.", cause);
        }
    }

    private async Task<ApiException> RefusalOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
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
        if (problem is not { Code: not null })
        {
            var code = string.Create(CultureInfo.InvariantCulture, $"http_{(int)answer.StatusCode}");
            problem = new(code, "The answer has no description.", HeaderOf(answer, "X-Correlation-Id"));
        }
        if (answer is { StatusCode: HttpStatusCode.PreconditionFailed, Headers.ETag.Tag: var tag })
        {
            problem = problem with { CurrentVersion = problem.CurrentVersion ?? VersionOf(tag) };
        }
        return new(answer.StatusCode, problem, RetryAfterOf(answer));
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero,
        _ => null,
    };

    private static int? VersionOf(string tag) =>
        int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    private static string? HeaderOf(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.First() : null;

    /// <param name="IsConfirmed">The body is what was known, and the service said that it still holds.</param>
    private sealed record Answer(HttpResponseMessage Message, byte[] Body, bool IsConfirmed) : IDisposable
    {
        public void Dispose() => Message.Dispose();
    }
}
