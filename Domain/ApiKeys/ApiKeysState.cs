using System.Text.Json.Serialization;
using AgentManagement.ApiKeys;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;

namespace AgentManagement.Domain.ApiKeys;

/// <summary>
/// What is stored of a tenant's API keys: those that there are. As <see cref="AgentState"/>.
/// </summary>
public sealed record ApiKeysState : IAggregateState
{
    /// <summary>Format of this document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The keys that were not revoked, oldest first.</summary>
    public ImmutableArray<ApiKeyDocument> Keys { get; init; } = [];

    /// <summary>
    /// The keys that a key made or gave another secret, and those that these did: whoever had its secret may have all of theirs.
    /// </summary>
    public ImmutableArray<ApiKeyDocument> DescendantsOf(string keyId)
    {
        var makers = new HashSet<string>(StringComparer.Ordinal) { ChangeSubject.OfApiKey(keyId) };
        // A key may be made by one that comes later in the list, which gave it another secret.
        while (Keys.Any(key => IsOfOne(key) && makers.Add(ChangeSubject.OfApiKey(key.Id)))) ;
        return [.. Keys.Where(key => key.Id != keyId && makers.Contains(ChangeSubject.OfApiKey(key.Id)))];

        bool IsOfOne(ApiKeyDocument key) => makers.Contains(key.CreatedBy) || (key.RotatedBy is { } by && makers.Contains(by));
    }

    /// <inheritdoc/>
    [JsonIgnore]
    public ChangeEntry? Change { get; init; }

    // The hashes of keys are in no other table.
    object? IAggregateState.Content => null;
}

/// <summary>A key as it is stored. Hashes are SHA-256 of the key's whole text, 64 hexadecimal digits.</summary>
public sealed record ApiKeyDocument
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Hash { get; init; }

    /// <summary>Of the secret before; null when there is none that goes on.</summary>
    public string? FormerHash { get; init; }
    public DateTimeOffset? FormerUntil { get; init; }
    public required ImmutableArray<string> Permissions { get; init; }

    /// <summary>The labels that it is for; null for all.</summary>
    public ImmutableArray<string>? Labels { get; init; }

    /// <summary>What its creator's token claimed.</summary>
    public string? Tier { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset RotatedAt { get; init; }

    /// <summary>Null when it was never rotated.</summary>
    public string? RotatedBy { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The key as grains hand it out.</summary>
    /// <param name="state">What it stands in.</param>
    /// <param name="now">The time.</param>
    public ApiKey ToApiKey(ApiKeysState state, DateTimeOffset now) => new()
    {
        Id = Id, Name = Name, Permissions = Permissions, Labels = Labels, Version = Version, CreatedAt = CreatedAt, CreatedBy = CreatedBy,
        RotatedAt = RotatedAt, ExpiresAt = ExpiresAt, FormerUntil = FormerUntil > now ? FormerUntil : null,
        RotatedBy = RotatedBy ?? CreatedBy, Descendants = [.. state.DescendantsOf(Id).Select(key => key.Id)],
    };
}
