using AgentManagement.ApiKeys;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>An API key, without its secret.</summary>
/// <param name="Id">Its id, which its text holds.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Permissions">What it may.</param>
/// <param name="Labels">The labels that it is for; null for all.</param>
/// <param name="Version">1 for a new key, and one more with every rotation.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="RotatedAt">When its secret was made.</param>
/// <param name="RotatedBy">By whom.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
/// <param name="FormerSecretUntil">Until when the secret before goes on; null when none does.</param>
/// <param name="Descendants">The ids of the keys that it made or gave another secret, and of those that these did.</param>
internal sealed record ApiKeyResponse(
    string Id, string Name, ImmutableArray<string> Permissions, ImmutableArray<string>? Labels, int Version, DateTimeOffset CreatedAt,
    string CreatedBy, DateTimeOffset RotatedAt, string RotatedBy, DateTimeOffset? ExpiresAt, DateTimeOffset? FormerSecretUntil,
    ImmutableArray<string> Descendants)
{
    public static ApiKeyResponse Of(ApiKey key) => new(
        key.Id, key.Name, key.Permissions, key.Labels, key.Version, key.CreatedAt, key.CreatedBy, key.RotatedAt, key.RotatedBy,
        key.ExpiresAt, key.FormerUntil, key.Descendants);
}

/// <summary>An API key with its text, which is shown this once and kept nowhere.</summary>
/// <param name="ApiKey">The key.</param>
/// <param name="Secret">For the Authorization header, after "Bearer ".</param>
internal sealed record ApiKeySecretResponse(ApiKeyResponse ApiKey, string Secret);

/// <summary>The tenant's API keys.</summary>
/// <param name="Items">Those that were not revoked, oldest first; at most 100.</param>
internal sealed record ApiKeyListResponse(ImmutableArray<ApiKeyResponse> Items);
