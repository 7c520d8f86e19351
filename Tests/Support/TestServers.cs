namespace AgentManagement.Tests.Support;

/// <summary>The servers that ./test started for the tests. A test that needs one that is not there is skipped, and says so.</summary>
public static class TestServers
{
    /// <summary>A PostgreSQL server on which databases and roles can be made.</summary>
    public static Uri PostgreSql => Find("AGENT_MANAGEMENT_TEST_DATABASE_URL", "PostgreSQL");

    /// <summary>A Redis server.</summary>
    public static Uri Redis => Find("AGENT_MANAGEMENT_TEST_REDIS_URI", "Redis");

    /// <summary>An S3 server: address, credentials and, as its path, a bucket that may be there or not.</summary>
    public static Uri S3 => Find("AGENT_MANAGEMENT_TEST_S3_URL", "an S3 server (radosgw)");

    private static Uri Find(string variable, string server)
    {
        var address = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(address)) Assert.Skip($"Needs {server}: run ./test, which starts one, or set {variable}.");
        return new Uri(address);
    }
}
