namespace AgentManagement.Cli;

/// <summary>What the program ends with.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The service refused, or could not be reached.</summary>
    public const int Error = 1;

    /// <summary>The command line is none.</summary>
    public const int Usage = 2;

    /// <summary>There are differences, where they were asked for.</summary>
    public const int Differences = 3;

    /// <summary>Somebody else changed the same.</summary>
    public const int Conflict = 4;
}
