using AgentManagement.Access;

namespace AgentManagement.Files;

/// <summary>A change that somebody asks of one of the tenant's files.</summary>
[GenerateSerializer, Immutable, Alias("FileCommand")]
public abstract record FileCommand : ICommand;

/// <summary>Records a file whose bytes are in the blob store already. One that is recorded already stays as it is.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="MediaType">Type and subtype.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Blob">The name of the bytes in the blob store.</param>
/// <param name="StoredAt">When storing them began: what is recorded much later may have been removed as garbage.</param>
[GenerateSerializer, Immutable, Alias("AddFile"), Requires(Permissions.AgentsWrite)]
public sealed record AddFile(string Name, string MediaType, long Size, string Blob, DateTimeOffset StoredAt) : FileCommand, ICommand
{
    // The same bytes are the same file.
    bool ICommand.IsSafeToRetry => true;
}

/// <summary>Removes the record of a file.</summary>
[GenerateSerializer, Immutable, Alias("DeleteFile"), Requires(Permissions.AgentsDelete)]
public sealed record DeleteFile : FileCommand
{
    /// <summary>Also when kept versions refer to it: their agents are marked then. It takes the permission to purge agents.</summary>
    [Id(0)] public bool Force { get; init; }

    /// <summary>Decide and tell, but change nothing.</summary>
    [Id(1)] public bool DryRun { get; init; }
}

/// <summary>Marks a file that nothing refers to, and removes its record once it has been so for the grace period.</summary>
[GenerateSerializer, Immutable, Alias("CollectFile"), Requires(Permissions.AgentsPurge)]
public sealed record CollectFile : FileCommand;
