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
    string Tenant, string Subject, string Role, IReadOnlyList<string> Permissions, string? Tier, DateTimeOffset? ExpiresAt);

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
    public string? Note { get; init; }
    public string? Address { get; init; }

    /// <summary>What the change did.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>The same, letter for letter as the hash covers it.</summary>
    public string? DetailsText { get; init; }
    public string? DocumentHash { get; init; }
}

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
    private readonly Connection _connection;

    internal AuditApi(Connection connection) => _connection = connection;

    /// <summary>The changes that match, newest first, page by page as they are asked for.</summary>
    public IAsyncEnumerable<AuditEntry> ListAsync(AuditFilter? filter = null, CancellationToken cancellationToken = default)
    {
        filter ??= new();
        var query = new Query().Add("limit", filter.PageSize).Add("agentId", filter.AgentId).Add("actor", filter.Actor)
            .Add("kind", filter.Kind).Add("from", filter.From).Add("to", filter.To);
        return _connection.PagesAsync("api/v1/audit", query, Json.Default.PageAuditEntry, cancellationToken);
    }
}
