using AgentManagement.Files;
using AgentManagement.Grains.Storage;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>The reading side of files over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlFileStore(Database database) : IFileStore
{
    private const string Columns = "file_id, name, media_type, size, blob, created_at, created_by";

    public async Task<ImmutableArray<StoredFile>> ListAsync(string tenantId, string afterId, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<FileRow>(
            $"SELECT {Columns} FROM file_index WHERE tenant_id = @tenantId AND file_id > @afterId ORDER BY file_id LIMIT @limit",
            new { tenantId, afterId, limit }, cancellationToken);
        return [.. rows.Select(row => row.ToFile())];
    }

    public async Task<ImmutableArray<StoredFile>> ReadAsync(string tenantId, ImmutableArray<string> fileIds)
    {
        // A parameter each: what stands for a list of them is written otherwise in PostgreSQL.
        var parameters = new DynamicParameters(new { tenantId });
        for (var index = 0; index < fileIds.Length; index++) parameters.Add($"id{index}", fileIds[index]);
        var names = string.Join(", ", fileIds.Select((_, index) => $"@id{index}"));
        var rows = await database.QueryAsync<FileRow>(
            $"SELECT {Columns} FROM file_index WHERE tenant_id = @tenantId AND file_id IN ({names})", parameters);
        return [.. rows.Select(row => row.ToFile())];
    }

    public async Task<ImmutableArray<string>> ReadBlobsAsync(string tenantId)
    {
        return [.. await database.QueryAsync<string>("SELECT blob FROM file_index WHERE tenant_id = @tenantId", new { tenantId })];
    }

    public async Task<ImmutableArray<string>> ReadIdsAsync(string tenantId)
    {
        return [.. await database.QueryAsync<string>(
            "SELECT file_id FROM file_index WHERE tenant_id = @tenantId ORDER BY file_id", new { tenantId })];
    }

    public async Task<ImmutableArray<string>> ReadTenantsAsync()
    {
        return [.. await database.QueryAsync<string>("SELECT DISTINCT tenant_id FROM file_index")];
    }

    private sealed class FileRow
    {
        public string FileId { get; set; } = "";
        public string Name { get; set; } = "";
        public string MediaType { get; set; } = "";
        public long Size { get; set; }
        public string Blob { get; set; } = "";
        public DateTimeOffset CreatedAt { get; set; }
        public string CreatedBy { get; set; } = "";

        public StoredFile ToFile() => new()
        {
            Id = FileId, Name = Name, MediaType = MediaType, Size = Size, Blob = Blob, CreatedAt = CreatedAt, CreatedBy = CreatedBy,
        };
    }
}
