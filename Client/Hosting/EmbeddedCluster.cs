using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace AgentManagement.Client.Hosting;

/// <summary>The way to the silos on this grain runtime: there is none, since its grains live in one process.</summary>
internal static class Cluster
{
    /// <exception cref="SettingsException">Always.</exception>
    public static void AddClusterClient(this IServiceCollection services, Uri redis, string clusterId) => throw new SettingsException(
        "The service cannot start: processes apart need the Orleans build. The embedded build is one process: start the silo, which hosts the gateway, too.");

    /// <summary>Refuses any user but Redis' own: the Redis client of this build is too old for others.</summary>
    /// <exception cref="SettingsException">The user is another one.</exception>
    public static void SetRedisUser(ConfigurationOptions options, string user)
    {
        if (user == "default") return;
        throw new SettingsException(
            "The service cannot start: REDIS_URI names a user, for which the Redis client of the embedded build is too old. Use the user 'default'.");
    }
}
