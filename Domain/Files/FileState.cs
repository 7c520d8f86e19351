using System.Text.Json.Serialization;
using AgentManagement.Domain.Agents;
using AgentManagement.Files;

namespace AgentManagement.Domain.Files;

/// <summary>What is stored of a file's record: as it is now. As <see cref="AgentState"/>.</summary>
public sealed record FileState : IAggregateState
{
    /// <summary>Format of this document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>How often the file was added or deleted. Survives a deletion, so that no number comes twice in the log.</summary>
    public int Version { get; init; }

    /// <summary>The file; null before it was added and after its deletion.</summary>
    public FileDocument? File { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public ChangeEntry? Change { get; init; }

    object? IAggregateState.Content => File;
}

/// <summary>
/// What collections noted of a file. Stored by itself: it is no change, and makes no row of the log.
/// </summary>
public sealed record FileMark
{
    /// <summary>The <see cref="FileState.Version"/> that it is of; of another one it says nothing.</summary>
    public int Version { get; init; }

    /// <summary>Since when nothing is known to refer to the file; null when something did, or it was uploaded again since.</summary>
    public DateTimeOffset? UnusedSince { get; init; }
}

/// <summary>A file as it is stored.</summary>
public sealed record FileDocument
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
