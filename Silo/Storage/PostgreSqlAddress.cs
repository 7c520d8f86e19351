using AgentManagement.ServiceDefaults.Settings;
using Npgsql;

namespace AgentManagement.Silo.Storage;

/// <summary>Reads <c>postgresql://user:password@host:port/database?sslmode=require</c>.</summary>
internal static class PostgreSqlAddress
{
    /// <summary>The address as a connection string; its parameters are Npgsql's.</summary>
    /// <exception cref="SettingsException">A parameter of the address is not one of Npgsql's.</exception>
    public static string ToConnectionString(Uri address)
    {
        var parts = address.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = address.IdnHost,
            Port = address.Port > 0 ? address.Port : 5432,
            Database = Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')),
            ApplicationName = "agent-management",
            // The few statements that there are, planned once for a connection. Nothing here changes what a connection is set to,
            // and setting it back after each use would also throw away what was planned.
            MaxAutoPrepare = 50,
            NoResetOnClose = true,
        };
        if (parts[0].Length > 0) builder.Username = Uri.UnescapeDataString(parts[0]);
        if (parts.Length == 2) builder.Password = Uri.UnescapeDataString(parts[1]);
        foreach (var parameter in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = parameter.Split('=', 2);
            try
            {
                builder[Uri.UnescapeDataString(pair[0])] = Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "");
            }
            catch (ArgumentException)
            {
                throw new SettingsException(
                    $"The service cannot start: DATABASE_URL has the parameter '{pair[0]}', which PostgreSQL's driver does not know or "
                    + $"whose value it refuses.");
            }
        }
        return builder.ConnectionString;
    }
}
