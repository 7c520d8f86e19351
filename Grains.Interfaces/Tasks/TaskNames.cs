namespace AgentManagement.Tasks;

/// <summary>The kinds of tasks.</summary>
public static class TaskKind
{
    public const string Import = "import";
    public const string Revalidate = "revalidate";
    public const string Purge = "purge";
    public const string Upgrade = "upgrade";
    public const string UndoUpgrade = "undo_upgrade";
    public const string Tools = "tools";
    public const string Files = "files";
    public const string Bulk = "bulk";

    public static ImmutableArray<string> All { get; } = [Import, Revalidate, Purge, Upgrade, UndoUpgrade, Tools, Files, Bulk];
}

/// <summary>The statuses of a task. It ends completed, failed or expired, and stays so.</summary>
public static class TaskStatusName
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Failed = "failed";

    /// <summary>No worker took it in time.</summary>
    public const string Expired = "expired";

    public static ImmutableArray<string> All { get; } = [Queued, Running, Completed, Failed, Expired];
}
