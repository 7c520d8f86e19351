using StackExchange.Redis;

namespace AgentManagement.ClusterClient.Hosting;

/// <summary>Reads <c>redis://user:password@host:port/database</c>; <c>rediss://</c> for TLS.</summary>
public static class RedisAddress
{
    /// <summary>The options of a connection that keeps trying for as long as the process runs.</summary>
    public static ConfigurationOptions ToOptions(Uri address)
    {
        var options = new ConfigurationOptions
        {
            AbortOnConnectFail = false,
            ClientName = "agent-management",
            ConnectTimeout = 3_000,
            Ssl = address.Scheme == "rediss",
            DefaultDatabase = int.TryParse(address.AbsolutePath.TrimStart('/'), out var database) ? database : 0,
        };
        options.EndPoints.Add(address.Host, address.Port > 0 ? address.Port : 6379);
        var parts = address.UserInfo.Split(':', 2);
        if (parts[0].Length > 0) options.User = Uri.UnescapeDataString(parts[0]);
        if (parts.Length == 2) options.Password = Uri.UnescapeDataString(parts[1]);
        return options;
    }
}
