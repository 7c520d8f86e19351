namespace AgentManagement.Client;

/// <summary>An API key, without its secret.</summary>
/// <param name="Version">1 for a new key, and one more with every rotation.</param>
/// <param name="FormerSecretUntil">Until when the secret before goes on.</param>
/// <param name="Descendants">The keys that it made or gave another secret, and those that these did.</param>
public sealed record ApiKey(
    string Id, string Name, IReadOnlyList<string> Permissions, int Version, DateTimeOffset CreatedAt, string CreatedBy,
    DateTimeOffset RotatedAt, string RotatedBy, DateTimeOffset? ExpiresAt, DateTimeOffset? FormerSecretUntil,
    IReadOnlyList<string> Descendants)
{
    /// <summary>The labels that it is for; null for all.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}

/// <summary>An API key with its text, which is shown this once and kept nowhere.</summary>
public sealed record ApiKeySecret(ApiKey ApiKey, string Secret);

internal sealed record ApiKeyList(IReadOnlyList<ApiKey> Items);

internal sealed record CreateKeyBody(
    string Name, string? Role, IReadOnlyList<string>? Permissions, DateTimeOffset? ExpiresAt, IReadOnlyList<string>? Labels);

internal sealed record RotateKeyBody(int? GraceSeconds);

/// <summary>The tenant's API keys.</summary>
public sealed class ApiKeysApi
{
    private const string Root = "api/v1/api-keys";
    private readonly Connection _connection;

    internal ApiKeysApi(Connection connection) => _connection = connection;

    /// <summary>Those that were not revoked, oldest first.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(Root, Json.Default.ApiKeyList, cancellationToken).ConfigureAwait(false)).Items;

    /// <summary>Makes a key with a role's permissions.</summary>
    /// <param name="labels">The labels that it is for: of others it may nothing; null for all.</param>
    public Task<ApiKeySecret> CreateAsync(
        string name, string role, DateTimeOffset? expiresAt = null, IReadOnlyList<string>? labels = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(new(name, role, null, expiresAt, labels), cancellationToken);

    /// <summary>Makes a key with permissions.</summary>
    /// <param name="labels">The labels that it is for: of others it may nothing; null for all.</param>
    public Task<ApiKeySecret> CreateAsync(
        string name, IReadOnlyList<string> permissions, DateTimeOffset? expiresAt = null, IReadOnlyList<string>? labels = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(new(name, null, permissions, expiresAt, labels), cancellationToken);

    /// <summary>Gives a key another secret.</summary>
    /// <param name="grace">How long the one before goes on.</param>
    public Task<ApiKeySecret> RotateAsync(string id, TimeSpan grace = default, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Once(HttpMethod.Post, $"{PathOf(id)}/rotate").With(
                new RotateKeyBody((int)grace.TotalSeconds), Json.Default.RotateKeyBody), Json.Default.ApiKeySecret, cancellationToken);

    /// <summary>Ends a key, and with it the keys that it made, unless they are to go on.</summary>
    public Task RevokeAsync(string id, bool withDescendants = true, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Once(HttpMethod.Delete, withDescendants ? PathOf(id) : $"{PathOf(id)}?revokeDescendants=false"), cancellationToken);

    private Task<ApiKeySecret> SendAsync(CreateKeyBody body, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            Request.Once(HttpMethod.Post, Root).With(body, Json.Default.CreateKeyBody), Json.Default.ApiKeySecret, cancellationToken);

    private static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
