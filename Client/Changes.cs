using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
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
    /// <summary>When the feed begins: the tenant's revision.</summary>
    [JsonPropertyName("head")] public long? Head { get; init; }
    [JsonPropertyName("correlation_id")] public string? CorrelationId { get; init; }

    /// <summary>Of what and how; its members depend on the event.</summary>
    [JsonPropertyName("data"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Data { get; init; }

    /// <summary>Whether it is in the log, under a revision of its own; otherwise it is of the moment only.</summary>
    [JsonIgnore] public bool IsChange => Type == "change";

    /// <summary>The agent that was changed; null when something else was.</summary>
    [JsonIgnore]
    public string? AgentId => TextOf("agent_id");

    /// <summary>The label that was changed, by one of its releases or itself; null when something else was.</summary>
    [JsonIgnore]
    public string? Label => TextOf("label");

    [JsonIgnore]
    internal int? AgentVersion =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty("version", out var version) ? version.GetInt32() : null;

    private string? TextOf(string member) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(member, out var text) ? text.GetString() : null;
}

/// <summary>How the changes are followed.</summary>
public sealed record FollowOptions
{
    public static FollowOptions Default { get; } = new();

    /// <summary>Notices, too: what tasks tell of the moment. They have no revision of their own, and who is away misses them.</summary>
    public bool Notices { get; init; }

    /// <summary>Told when the connection is there (true) and when it is gone and tried again (false).</summary>
    public Action<bool>? Connected { get; init; }

    /// <summary>After so long without a byte the connection counts as broken. The service sends a heartbeat every 15 seconds.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(45);
}

/// <summary>What a reader of the feed inside this client is told, beside the changes.</summary>
/// <param name="Connecting">Before each connection, with the token that it is made with.</param>
/// <param name="Ready">The connection is there; the tenant is at this revision.</param>
/// <param name="Heard">The service has said something.</param>
/// <param name="Broken">The connection is gone, and is tried again.</param>
internal sealed record FeedEvents(Func<string, Task> Connecting, Action<long> Ready, Action Heard, Action<Exception> Broken);

/// <summary>Follows the tenant's changes.</summary>
public sealed class ChangesApi
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly Connection _connection;

    internal ChangesApi(Connection connection) => _connection = connection;

    /// <summary>
    /// The changes after a revision, each once, in order, without gaps, for as long as the caller goes on. A feed that breaks is opened
    /// anew, and goes on where it was.
    /// </summary>
    /// <param name="since">The last revision that the caller has seen; null to begin with the next change.</param>
    /// <exception cref="ResyncRequiredException">The tenant never had that revision: read everything anew.</exception>
    /// <exception cref="TenantMismatchException">The token has become another tenant's.</exception>
    /// <exception cref="ApiException">The service refuses the caller.</exception>
    public IAsyncEnumerable<Message> FollowAsync(
        long? since = null, FollowOptions? options = null, CancellationToken cancellationToken = default) =>
        FollowAsync(since, options ?? FollowOptions.Default, events: null, cancellationToken);

    internal async IAsyncEnumerable<Message> FollowAsync(
        long? since, FollowOptions options, FeedEvents? events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wasReady = false;
        string? tenant = null;
        for (var attempt = 1; ; attempt++)
        {
            Exception failure = new HttpRequestException(HttpRequestError.ResponseEnded, "The feed has ended.");
            await using (var feed = new Feed(_connection, since, options.Silence, events, cancellationToken))
            {
                while (true)
                {
                    Message? message;
                    try
                    {
                        message = await feed.ReadAsync().ConfigureAwait(false);
                    }
                    catch (Exception broken) when (!cancellationToken.IsCancellationRequested && IsPassing(broken, wasReady))
                    {
                        failure = broken;
                        break;
                    }
                    if (message is null) break;
                    switch (message)
                    {
                        case { Event: "ready" }:
                            (since, wasReady, attempt) = (since ?? message.Revision, true, 0);
                            events?.Ready(message.Head ?? message.Revision);
                            options.Connected?.Invoke(true);
                            continue;
                        case { Event: "resync_required" }:
                            throw new ResyncRequiredException(message.Revision);
                        case { Type: not ("change" or "notice") }:
                            continue;
                    }
                    if (message.TenantId != (tenant ??= message.TenantId))
                    {
                        throw new TenantMismatchException("The feed has become another tenant's.");
                    }
                    if (!message.IsChange)
                    {
                        if (options.Notices) yield return message;
                        continue;
                    }
                    // What comes twice is passed over.
                    if (message.Revision <= since) continue;
                    yield return message;
                    since = message.Revision;
                }
            }
            events?.Broken(failure);
            options.Connected?.Invoke(false);
            var pause = _connection.PauseAfter(failure, Math.Max(1, attempt), LongestPause);
            if (pause is null) ExceptionDispatchInfo.Throw(failure);
            await Task.Delay(pause.Value, _connection.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether it may be different the next time. A service that has not seen the former connection end counts it still.</summary>
    internal static bool IsPassing(Exception failure, bool wasReady = false) =>
        Connection.IsPassing(failure) || failure is JsonException || (wasReady && failure is ApiException { Code: "quota_exceeded" });

    /// <summary>One connection, until it breaks.</summary>
    private sealed class Feed(
        Connection connection, long? since, TimeSpan longestSilence, FeedEvents? events, CancellationToken cancellationToken)
        : IAsyncDisposable
    {
        // Ends what has been silent for too long.
        private readonly CancellationTokenSource _silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        private HttpResponseMessage? _answer;
        private IAsyncEnumerator<SseItem<Message?>>? _items;

        /// <summary>The next message; null when the connection has ended.</summary>
        public async Task<Message?> ReadAsync()
        {
            try
            {
                _items ??= await OpenAsync().ConfigureAwait(false);
                while (await _items.MoveNextAsync().ConfigureAwait(false))
                {
                    _silence.CancelAfter(longestSilence);
                    events?.Heard();
                    if (_items.Current.Data is { } message) return message;
                }
                return null;
            }
            catch (ApiException refusal) when (refusal.Code == "resync_required")
            {
                throw new ResyncRequiredException();
            }
            catch (OperationCanceledException silent) when (!cancellationToken.IsCancellationRequested)
            {
                throw new HttpRequestException(HttpRequestError.Unknown, "The feed fell silent.", silent);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_items is not null) await _items.DisposeAsync().ConfigureAwait(false);
            _answer?.Dispose();
            _silence.Dispose();
        }

        private async Task<IAsyncEnumerator<SseItem<Message?>>> OpenAsync()
        {
            string? token = null;
            if (events is not null)
            {
                token = await connection.TokenAsync(cancellationToken).ConfigureAwait(false);
                await events.Connecting(token).ConfigureAwait(false);
            }
            _answer = await connection.OpenAsync(
                Request.Reading(HttpMethod.Get, "api/v1/changes").AsFeed(since), cancellationToken, token).ConfigureAwait(false);
            _silence.CancelAfter(longestSilence);
            var stream = await _answer.Content.ReadAsStreamAsync(_silence.Token).ConfigureAwait(false);
            return SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize(data, Json.Default.Message))
                .EnumerateAsync(_silence.Token).GetAsyncEnumerator(_silence.Token);
        }
    }
}
