using System.Data.Common;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Storage;
using StackExchange.Redis;

namespace AgentManagement.Silo.Hosting;

/// <summary>What an operator can mend, in one line instead of a stack trace.</summary>
internal static class StartProblem
{
    /// <summary>The problem in words, without credentials; null for what only a developer can mend.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        SettingsException or SchemaException => exception.Message,
        DbException => $"The service cannot start: the database does not answer or refuses ({exception.Message}).",
        RedisException => "The service cannot start: Redis does not answer at REDIS_URI, or refuses.",
        IOException when exception.Message.Contains("address already in use", StringComparison.OrdinalIgnoreCase) =>
            "The service cannot start: a port of SERVICE_PORT or MANAGEMENT_PORT is in use. Set it to another.",
        _ => null,
    };
}
