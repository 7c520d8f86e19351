namespace AgentManagement.Client;

/// <summary>An address to which the tenant's changes are sent, without its secret.</summary>
/// <param name="Events">The names of the events that are sent; empty for all.</param>
/// <param name="DisabledReason">by_request, gone or not_accepting; null while it is not disabled.</param>
public sealed record Webhook(
    string Id, string Url, string? Description, IReadOnlyList<string> Events, bool Disabled, string? DisabledReason, int Version,
    DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset UpdatedAt, string UpdatedBy, DateTimeOffset SecretRotatedAt,
    DateTimeOffset? FormerSecretUntil, WebhookDelivery Delivery);

/// <summary>How far a webhook has got, and how it fares.</summary>
/// <param name="Revision">Up to which revision everything was accepted, was not wanted, or was given up.</param>
/// <param name="Attempts">How often the next event was sent in vain.</param>
public sealed record WebhookDelivery(
    long Revision, int Attempts, DateTimeOffset? FailingSince, DateTimeOffset? NextAttemptAt, string? LastFailure,
    DateTimeOffset? LastAcceptedAt);

/// <summary>A webhook with its secret, which is shown this once.</summary>
public sealed record WebhookSecret(Webhook Webhook, string Secret);

/// <summary>What is written of a webhook; of a change what is null stays.</summary>
public sealed record WebhookContent
{
    public string? Url { get; init; }
    public string? Description { get; init; }
    public IReadOnlyList<string>? Events { get; init; }
    public bool? Disabled { get; init; }
}

/// <summary>What became of a ping.</summary>
/// <param name="Failure">http_ and the status, timeout or unreachable; null when it was accepted.</param>
public sealed record WebhookPing(bool Accepted, int? Status, string? Failure, int DurationMilliseconds);

/// <summary>An event that was given up.</summary>
public sealed record DeadLetter(long Revision, string EventId, string Event, int Attempts, string Failure, DateTimeOffset At);

internal sealed record WebhookList(IReadOnlyList<Webhook> Items);

internal sealed record ReplayBody(long From);

/// <summary>The tenant's webhooks.</summary>
public sealed class WebhooksApi
{
    private const string Root = "api/v1/webhooks";
    private readonly Connection _connection;

    internal WebhooksApi(Connection connection) => _connection = connection;

    /// <summary>All of them, oldest first.</summary>
    public async Task<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(Root, Json.Default.WebhookList, cancellationToken).ConfigureAwait(false)).Items;

    /// <summary>Makes a webhook, which is sent the changes after this one.</summary>
    public Task<WebhookSecret> CreateAsync(WebhookContent content, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Once(HttpMethod.Post, Root).With(content, Json.Default.WebhookContent), Json.Default.WebhookSecret, cancellationToken);

    public Task<Webhook> ChangeAsync(
        string id, WebhookContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Patch, PathOf(id), options)
                .With(content, Json.Default.WebhookContent, "application/merge-patch+json"), Json.Default.Webhook, cancellationToken);

    /// <summary>Gives a webhook another secret; for a day events are signed with the one before, too.</summary>
    public Task<WebhookSecret> RotateAsync(string id, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(Request.Once(HttpMethod.Post, $"{PathOf(id)}/rotate"), Json.Default.WebhookSecret, cancellationToken);

    /// <summary>Sends a ping at once, and tells what became of it.</summary>
    public Task<WebhookPing> PingAsync(string id, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(Request.Once(HttpMethod.Post, $"{PathOf(id)}/test"), Json.Default.WebhookPing, cancellationToken);

    /// <summary>Has everything sent again from a revision on.</summary>
    public Task<Webhook> ReplayAsync(string id, long from, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Once(HttpMethod.Post, $"{PathOf(id)}/replay").With(new ReplayBody(from), Json.Default.ReplayBody),
            Json.Default.Webhook, cancellationToken);

    public Task DeleteAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(Request.Write(HttpMethod.Delete, PathOf(id), options), cancellationToken);

    /// <summary>A page of the events that were given up, newest first.</summary>
    public Task<Page<DeadLetter>> ListDeadLettersPageAsync(
        string id, string? cursor, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            new Query().Add("cursor", cursor).AppendTo($"{PathOf(id)}/dead-letters"), Json.Default.PageDeadLetter, cancellationToken);

    private static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
