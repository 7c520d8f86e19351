using AgentManagement.Bench.Service;

namespace AgentManagement.Tests.Bench;

/// <summary>The databases that experiments run on.</summary>
public static class BenchDatabase
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    /// <summary>For the option <c>Database</c> of an experiment; skips the test when there is no such server.</summary>
    public static string Of(string kind) => kind == DataLocation.Sqlite ? kind : TestServers.PostgreSql.OriginalString;
}
