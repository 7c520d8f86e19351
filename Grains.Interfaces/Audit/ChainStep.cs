namespace AgentManagement.Audit;

/// <summary>A row of a tenant's log, and the hash that covers it and all before it.</summary>
/// <param name="Revision">The row's revision; 0 before the first.</param>
/// <param name="Hash">64 hexadecimal digits; empty before the first.</param>
[GenerateSerializer, Immutable, Alias("ChainPosition")]
public sealed record ChainPosition(long Revision, string Hash)
{
    /// <summary>Before the first row.</summary>
    public static ChainPosition Start { get; } = new(0, "");
}

/// <summary>What checking a few rows found.</summary>
/// <param name="Checked">How many rows were found right.</param>
/// <param name="Last">The last of them.</param>
/// <param name="Head">The tenant's newest row, as the tenant's own record has it.</param>
/// <param name="Fault">The first row that is not right; null when there is none.</param>
[GenerateSerializer, Immutable, Alias("ChainStep")]
public sealed record ChainStep(long Checked, ChainPosition Last, ChainPosition Head, ChainFault? Fault)
{
    /// <summary>Whether nothing is left to check.</summary>
    public bool IsLast => Fault is not null || Last.Revision >= Head.Revision;
}

/// <summary>The first row of a log that is not right.</summary>
/// <param name="Revision">Where it is, or should be.</param>
/// <param name="Reason">One of <see cref="ChainReason"/>.</param>
[GenerateSerializer, Immutable, Alias("ChainFault")]
public sealed record ChainFault(long Revision, string Reason);

/// <summary>What can be wrong with a row of the log.</summary>
public static class ChainReason
{
    /// <summary>Its hash is not that of its content after the row before it: it was edited, moved or put there.</summary>
    public const string Altered = "altered";

    /// <summary>It is not there: it was deleted, or the log was cut off before it.</summary>
    public const string Missing = "missing";

    /// <summary>Nobody counted it: it stands beyond the tenant's revision, or twice.</summary>
    public const string Added = "added";

    /// <summary>The tenant's own record names another last hash.</summary>
    public const string Head = "head";

    /// <summary>The content that is kept of its version is not the one that was written.</summary>
    public const string Content = "content";

    /// <summary>The content of the version that an agent or template is at is not there.</summary>
    public const string ContentMissing = "content_missing";

    /// <summary>In words, without anything of the row.</summary>
    public static string Describe(string reason) => reason switch
    {
        Altered => "The row is not what was written: it was changed, moved or put there.",
        Missing => "The row is missing: it was deleted, or the log was cut off before it.",
        Added => "The row was never counted: it stands beyond the tenant's revision, or twice.",
        Head => "The hash is not the one that the tenant's record names as the last.",
        Content => "The content that is kept of this version is not the one that was written.",
        ContentMissing => "The content of this version, which is the current one, is missing.",
        _ => "The row is not right.",
    };
}
