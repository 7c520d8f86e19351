using AgentManagement.Changes;

namespace AgentManagement.Agents;

/// <summary>The conditions of a write.</summary>
[GenerateSerializer, Immutable, Alias("WriteOptions")]
public sealed record WriteOptions
{
    /// <summary>No conditions.</summary>
    public static WriteOptions None { get; } = new();

    /// <summary>If-Match: the current version must be one of these; null for no condition, empty for "any that exists".</summary>
    [Id(0)] public ImmutableArray<int>? IfMatch { get; init; }

    /// <summary>If-None-Match: * — the agent must not exist yet.</summary>
    [Id(1)] public bool MustNotExist { get; init; }

    /// <summary>Decide and tell, but change nothing.</summary>
    [Id(2)] public bool DryRun { get; init; }

    /// <summary>Makes repeating the write safe; null when the client gave no Idempotency-Key.</summary>
    [Id(3)] public IdempotencyKey? Idempotency { get; init; }

    /// <summary>What the editor asks of those who run the agent.</summary>
    [Id(4)] public UpdatePolicy Policy { get; init; } = UpdatePolicy.Default;

    /// <summary>
    /// When If-Match names one version that is no longer the current one: merge with what was changed since, and refuse
    /// only where the same was changed.
    /// </summary>
    [Id(5)] public bool MergeFields { get; init; }

    /// <summary>A client asked for it itself: its tenant may require that it names the version that it changes.</summary>
    [Id(6)] public bool IsOfClient { get; init; }

    /// <summary>Whether a client asks that it must name the version that it changes.</summary>
    [Id(7)] public bool RequiresMatch { get; init; }

    /// <summary>Kept in the history where the command has no note of its own.</summary>
    [Id(8)] public string? Note { get; init; }

    /// <summary>Whether doing a write under these conditions again does no more than doing it once.</summary>
    internal bool IsSafeToRetry => DryRun || Idempotency is not null;
}

/// <summary>A client's name for one request, so that a repetition returns the first answer.</summary>
/// <param name="Key">As the client sent it; unique within the tenant for 24 hours.</param>
/// <param name="Fingerprint">Hash of method, path and body: another request with the same key is refused.</param>
[GenerateSerializer, Immutable, Alias("IdempotencyKey")]
public sealed record IdempotencyKey(string Key, string Fingerprint);
