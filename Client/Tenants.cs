using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentManagement.Client;

/// <summary>The caller's tenant.</summary>
/// <param name="Limits">What the tier allows, by name.</param>
/// <param name="Usage">What the tenant uses, by name.</param>
/// <param name="Revision">How many changes its log holds.</param>
public sealed record Tenant(
    string Id, string Tier, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonElement Limits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonElement Usage, long Revision);

/// <summary>Who the token says that the caller is.</summary>
/// <param name="Permissions">All that the caller may do.</param>
/// <param name="Tier">The tier that the token names.</param>
/// <param name="ExpiresAt">When the token ends; null when it does not.</param>
public sealed record Me(
    string Tenant, string Subject, string Role, IReadOnlyList<string> Permissions, string? Tier, DateTimeOffset? ExpiresAt)
{
    /// <summary>The labels that an API key is for; null for all.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}

/// <summary>One change of the log.</summary>
/// <param name="Hash">SHA-256 of this change and of the hash before it.</param>
public sealed record AuditEntry(
    long Revision, string EventId, string Kind, int Version, string Status, DateTimeOffset At, string Actor, string Role,
    string CorrelationId, string Hash)
{
    public string? AgentId { get; init; }
    public string? AgentName { get; init; }
    public string? TemplateId { get; init; }
    public string? TemplateName { get; init; }
    public string? FileId { get; init; }
    public string? FileName { get; init; }
    public string? ApiKeyId { get; init; }
    public string? ApiKeyName { get; init; }
    public string? WebhookId { get; init; }
    public string? WebhookName { get; init; }
    public string? Label { get; init; }
    public string? TaskId { get; init; }
    public string? Note { get; init; }
    public string? Address { get; init; }

    /// <summary>What the change did.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>The same, letter for letter as the hash covers it.</summary>
    public string? DetailsText { get; init; }
    public string? DocumentHash { get; init; }
}

/// <summary>Whether the log is what was written.</summary>
/// <param name="Checked">How many changes were found right, from the first on.</param>
/// <param name="FirstBroken">The first one that is not; null when all are.</param>
/// <param name="Head">The last change. Keep it elsewhere: a log that was rewritten as a whole has another.</param>
public sealed record AuditVerification(bool Valid, long Checked, BrokenEntry? FirstBroken, AuditHead Head);

/// <summary>A change of the log that is not what was written.</summary>
public sealed record BrokenEntry(long Revision, string Reason, string Detail);

/// <summary>The end of the log.</summary>
public sealed record AuditHead(long Revision, string Hash);

/// <summary>An attempt that was refused.</summary>
/// <param name="Count">1, or how many were left out of a flood.</param>
public sealed record DeniedAttempt(
    string Id, DateTimeOffset At, int Status, string Code, string Operation, string? Subject, string? Role, string? Address,
    string? CorrelationId, long Count);

/// <summary>How many there were on a day, UTC.</summary>
public sealed record DayCount(DateOnly Day, long Count);

/// <summary>Days, the oldest first.</summary>
internal sealed record DayCountList(IReadOnlyList<DayCount> Items);

/// <summary>Which changes of the log are asked for.</summary>
public sealed record AuditFilter
{
    public string? AgentId { get; init; }
    public string? Actor { get; init; }
    public string? Kind { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }
    public int PageSize { get; init; } = 100;
}

/// <summary>The caller's tenant: tier, limits, use and revision.</summary>
public sealed class TenantApi
{
    private readonly Connection _connection;

    internal TenantApi(Connection connection) => _connection = connection;

    public Task<Tenant> GetAsync(CancellationToken cancellationToken = default) =>
        _connection.GetAsync("api/v1/tenant", Json.Default.Tenant, cancellationToken);

    /// <summary>Who the token says that the caller is.</summary>
    public Task<Me> GetCallerAsync(CancellationToken cancellationToken = default) =>
        _connection.GetAsync("api/v1/me", Json.Default.Me, cancellationToken);
}

/// <summary>Reads the change log.</summary>
public sealed class AuditApi
{
    private const string Root = "api/v1/audit";
    private readonly Connection _connection;

    internal AuditApi(Connection connection) => _connection = connection;

    /// <summary>The changes that match, newest first, page by page as they are asked for.</summary>
    public IAsyncEnumerable<AuditEntry> ListAsync(AuditFilter? filter = null, CancellationToken cancellationToken = default) =>
        _connection.PagesAsync(Root, QueryOf(filter ?? new()), Json.Default.PageAuditEntry, cancellationToken);

    /// <summary>One page, newest first; the cursor of the first is null.</summary>
    public Task<Page<AuditEntry>> ListPageAsync(AuditFilter filter, string? cursor, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            QueryOf(filter).Add("cursor", cursor).AppendTo(Root), Json.Default.PageAuditEntry, cancellationToken);

    /// <summary>Checks all of the tenant's log against its hashes.</summary>
    public Task<AuditVerification> VerifyAsync(CancellationToken cancellationToken = default) =>
        _connection.GetAsync($"{Root}/verify", Json.Default.AuditVerification, cancellationToken);

    /// <summary>A page of who was refused what within the last 30 days, newest first.</summary>
    public Task<Page<DeniedAttempt>> ListDeniedAttemptsPageAsync(string? cursor, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            new Query().Add("cursor", cursor).AppendTo($"{Root}/refusals"), Json.Default.PageDeniedAttempt, cancellationToken);

    /// <summary>How many changes there were on each of the last days, the oldest first; today is the last.</summary>
    public async Task<IReadOnlyList<DayCount>> CountDaysAsync(int days = 30, CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(
            new Query().Add("days", days).AppendTo($"{Root}/days"), Json.Default.DayCountList, cancellationToken)
            .ConfigureAwait(false)).Items;

    /// <summary>How many attempts were refused on each of the last days.</summary>
    public async Task<IReadOnlyList<DayCount>> CountDeniedDaysAsync(int days = 30, CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(
            new Query().Add("days", days).AppendTo($"{Root}/refusals/days"), Json.Default.DayCountList, cancellationToken)
            .ConfigureAwait(false)).Items;

    private static Query QueryOf(AuditFilter filter) => new Query().Add("limit", filter.PageSize).Add("agentId", filter.AgentId)
        .Add("actor", filter.Actor).Add("kind", filter.Kind).Add("from", filter.From).Add("to", filter.To);
}
