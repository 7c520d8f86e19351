using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>A file of the tenant.</summary>
/// <param name="Id">sha256- and the hash of its bytes.</param>
/// <param name="BlobRef">What an attachment of a configuration says to mean it.</param>
public sealed record StoredFile(
    string Id, string Name, string MediaType, long Size, string Sha256, string BlobRef, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>An address from which anybody who knows it can download a file.</summary>
public sealed record FileLink(Uri Url, DateTimeOffset ExpiresAt);

internal sealed record FileLinkBody(int? ExpiresInSeconds);

/// <summary>The tenant's files.</summary>
public sealed class FilesApi
{
    private const string Root = "api/v1/files";
    private readonly Connection _connection;

    internal FilesApi(Connection connection) => _connection = connection;

    /// <summary>A page, in the order of the ids; the cursor of the first is null.</summary>
    public Task<Page<StoredFile>> ListPageAsync(string? cursor, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(new Query().Add("cursor", cursor).AppendTo(Root), Json.Default.PageStoredFile, cancellationToken);

    /// <summary>Stores bytes; the same bytes are the same file.</summary>
    public Task<StoredFile> UploadAsync(
        string name, string mediaType, byte[] content, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            // Sent again it does no more: its id is that of the bytes.
            Request.Reading(HttpMethod.Post, new Query().Add("name", name).AppendTo(Root)).With(content, mediaType),
            Json.Default.StoredFile, cancellationToken);

    /// <summary>Makes an address from which the file can be downloaded without a token, for a while.</summary>
    public Task<FileLink> LinkAsync(string id, TimeSpan? lifetime = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Once(HttpMethod.Post, $"{PathOf(id)}/link")
                .With(new FileLinkBody((int?)lifetime?.TotalSeconds), Json.Default.FileLinkBody), Json.Default.FileLink,
            cancellationToken);

    /// <summary>Removes a file. While a version that is kept refers to it it stays, and the problem names whose.</summary>
    /// <param name="force">Also then: the agents that have it are marked as degraded (administrators).</param>
    public Task DeleteAsync(string id, bool force = false, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(Request.Once(HttpMethod.Delete, AgentsApi.Gone(PathOf(id), force)), cancellationToken);

    private static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}

/// <summary>The JSON Schemas of what clients write.</summary>
public sealed class SchemasApi
{
    private readonly Connection _connection;

    internal SchemasApi(Connection connection) => _connection = connection;

    /// <summary>Of the configuration document, which every write is held to.</summary>
    public Task<JsonElement> GetAgentConfigAsync(CancellationToken cancellationToken = default) =>
        _connection.GetAsync("api/v1/schemas/agent-config", Json.Default.JsonElement, cancellationToken);
}
