using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentManagement.Client;

/// <summary>What a feed tells.</summary>
/// <param name="Event">agent_updated, template_updated, task_completed …: there will be more of them.</param>
/// <param name="Type">change, notice or control.</param>
/// <param name="Revision">Of a change its own; of others that of the last change.</param>
public sealed record Message(
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("revision")] long Revision)
{
    [JsonPropertyName("event_id")] public string? EventId { get; init; }
    [JsonPropertyName("timestamp")] public DateTimeOffset? At { get; init; }
    [JsonPropertyName("tenant_id")] public string? TenantId { get; init; }
    [JsonPropertyName("correlation_id")] public string? CorrelationId { get; init; }

    /// <summary>Of what and how; its members depend on the event.</summary>
    [JsonPropertyName("data")] public JsonElement Data { get; init; }

    /// <summary>Whether it is in the log, under a revision of its own; otherwise it is of the moment only.</summary>
    [JsonIgnore] public bool IsChange => Type == "change";

    /// <summary>The agent that was changed; null when something else was.</summary>
    [JsonIgnore]
    public string? AgentId => Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty("agent_id", out var id) ? id.GetString() : null;
}

/// <summary>Follows the tenant's changes.</summary>
public sealed class ChangesApi
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private readonly Connection _connection;

    internal ChangesApi(Connection connection) => _connection = connection;

    /// <summary>
    /// The changes after a revision, each once, in order, without gaps, for as long as the caller goes on; notices among them. A feed
    /// that breaks is opened anew, and goes on where it was.
    /// </summary>
    /// <param name="since">The last revision that the caller has seen; null to begin with the next change.</param>
    /// <exception cref="ResyncRequiredException">The tenant never had that revision: read everything anew.</exception>
    /// <exception cref="ApiException">The service refuses the caller.</exception>
    public IAsyncEnumerable<Message> FollowAsync(long? since = null, CancellationToken cancellationToken = default) =>
        FollowAsync(since, heard: null, cancellationToken);

    /// <param name="heard">Called whenever the service has said anything, a heartbeat too.</param>
    internal async IAsyncEnumerable<Message> FollowAsync(
        long? since, Action? heard, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (position, pause) = (since, ShortestPause);
        while (true)
        {
            await using var feed = new Feed(_connection, position, cancellationToken);
            while (await feed.ReadAsync().ConfigureAwait(false) is { } message)
            {
                pause = ShortestPause;
                heard?.Invoke();
                switch (message)
                {
                    case { Event: "resync_required" }:
                        throw new ResyncRequiredException(message.Revision);
                    case { IsChange: true } when message.Revision <= position:
                        continue;
                    case { IsChange: true }:
                    case { Event: "ready" } when position is null:
                        position = message.Revision;
                        break;
                }
                if (message.Type is "change" or "notice") yield return message;
            }
            if (feed.RefusedFor is { } wait && wait > pause) pause = wait;
            await Task.Delay(pause, _connection.Time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>One connection, until it breaks.</summary>
    private sealed class Feed(Connection connection, long? since, CancellationToken cancellationToken) : IAsyncDisposable
    {
        // Ends what has been silent for too long.
        private readonly CancellationTokenSource _silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        private ITimer? _timer;
        private HttpResponseMessage? _answer;
        private IAsyncEnumerator<SseItem<Message?>>? _items;

        /// <summary>How long the service asks to be left alone.</summary>
        public TimeSpan? RefusedFor { get; private set; }

        /// <summary>The next message; null when the connection has ended.</summary>
        public async Task<Message?> ReadAsync()
        {
            try
            {
                _items ??= await OpenAsync().ConfigureAwait(false);
                while (await _items.MoveNextAsync().ConfigureAwait(false))
                {
                    Listen();
                    if (_items.Current.Data is { } message) return message;
                }
                return null;
            }
            catch (ApiException refusal) when (refusal.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests
                or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout)
            {
                RefusedFor = refusal.RetryAfter;
                return null;
            }
            catch (ApiException refusal) when (refusal.Status == HttpStatusCode.Gone)
            {
                var tenant = await connection.GetAsync("api/v1/tenant", Json.Default.Tenant, cancellationToken).ConfigureAwait(false);
                throw new ResyncRequiredException(tenant.Revision);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException)
            {
                return null;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_items is not null) await _items.DisposeAsync().ConfigureAwait(false);
            _answer?.Dispose();
            if (_timer is not null) await _timer.DisposeAsync().ConfigureAwait(false);
            _silence.Dispose();
        }

        private async Task<IAsyncEnumerator<SseItem<Message?>>> OpenAsync()
        {
            _timer = connection.Time.CreateTimer(
                state => ((CancellationTokenSource)state!).Cancel(), _silence, connection.Options.FeedTimeout, Timeout.InfiniteTimeSpan);
            _answer = await connection.OpenAsync(
                message => message.Headers.TryAddWithoutValidation("Accept", "text/event-stream"),
                new Query().Add("since", since).AppendTo("api/v1/changes"), _silence.Token).ConfigureAwait(false);
            var stream = await _answer.Content.ReadAsStreamAsync(_silence.Token).ConfigureAwait(false);
            Listen();
            return SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize(data, Json.Default.Message))
                .EnumerateAsync(_silence.Token).GetAsyncEnumerator(_silence.Token);
        }

        private void Listen() => _timer?.Change(connection.Options.FeedTimeout, Timeout.InfiniteTimeSpan);
    }
}
