using AgentManagement.Agents;

namespace AgentManagement.Files;

/// <summary>What is stored of a file's record: as it is now, and the changes of the last write. As <see cref="AgentState"/>.</summary>
internal sealed record FileState
{
    /// <summary>Format of this document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>How often the file was added or deleted. Survives a deletion, so that no number comes twice in the log.</summary>
    public int Version { get; init; }

    /// <summary>The file; null before it was added and after its deletion.</summary>
    public FileDocument? File { get; init; }

    /// <summary>Since when a collection has found that nothing refers to it; null when it did not, or the file was uploaded again since.</summary>
    public DateTimeOffset? UnusedSince { get; init; }

    /// <summary>The changes of the last write; none when only <see cref="UnusedSince"/> was written.</summary>
    public ImmutableArray<ChangeEntry> Changes { get; init; } = [];
}

/// <summary>A file as it is stored.</summary>
internal sealed record FileDocument
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string MediaType { get; init; }
    public required long Size { get; init; }
    public required string Blob { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }

    /// <summary>The file as grains hand it out.</summary>
    public StoredFile ToFile() => new()
    {
        Id = Id, Name = Name, MediaType = MediaType, Size = Size, Blob = Blob, CreatedAt = CreatedAt, CreatedBy = CreatedBy,
    };
}
