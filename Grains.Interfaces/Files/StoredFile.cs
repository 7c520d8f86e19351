namespace AgentManagement.Files;

/// <summary>A file of a tenant, as grains hand it out. Its bytes are in the blob store.</summary>
[GenerateSerializer, Immutable, Alias("StoredFile")]
public sealed record StoredFile
{
    /// <summary>See <see cref="FileId"/>.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>What it was called when it came first.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>Type and subtype, in lower case.</summary>
    [Id(2)] public required string MediaType { get; init; }

    /// <summary>Bytes.</summary>
    [Id(3)] public required long Size { get; init; }

    /// <summary>The name of its bytes in the blob store, which no other upload has. Not for clients.</summary>
    [Id(4)] public required string Blob { get; init; }

    [Id(5)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(6)] public required string CreatedBy { get; init; }
}

/// <summary>What a command did to a file.</summary>
/// <param name="File">The file; after its deletion as it was.</param>
/// <param name="Kind">The event; null when nothing changed.</param>
[GenerateSerializer, Immutable, Alias("FileChange")]
public sealed record FileChange(StoredFile File, string? Kind);
