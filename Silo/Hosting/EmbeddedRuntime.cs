using AgentManagement.Access;
using AgentManagement.Silo.Storage;
using AgentManagement.Storage;
using AgentManagement.WebGateway.Settings;
using Orleans.Configuration;
using Orleans.Hosting;
using StackExchange.Redis;

namespace AgentManagement.Silo.Hosting;

/// <summary>The grain runtime of this build: the single-process one of Embedded/.</summary>
internal static class GrainRuntime
{
    /// <summary>Its name, for logs and for the tests that need several silos.</summary>
    public const string Name = "Embedded";

    /// <summary>The grains in this process.</summary>
    public static void AddGrainRuntime(this IHostApplicationBuilder builder, Database database)
    {
        builder.UseOrleans(silo =>
        {
            silo.AddIncomingGrainCallFilter<AccessFilter>();
            silo.AddAdoNetGrainStorage(StorageNames.Provider, options =>
            {
                options.DataSource = database.Source;
                options.GrainStorageSerializer = new GrainStateSerializer();
            });
            silo.Configure<ClusterOptions>(options => options.ServiceId = ClusterNames.ServiceId);
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = ClusterNames.ResponseTimeout);
        });
    }

    /// <summary>Refuses any user but Redis' own: the Redis client of this build is too old for others.</summary>
    /// <exception cref="SettingsException">The user is another one.</exception>
    public static void SetRedisUser(ConfigurationOptions options, string user)
    {
        if (user == "default") return;
        throw new SettingsException(
            "The service cannot start: REDIS_URI names a user, for which the Redis client of the embedded build is too old. Use the user 'default'.");
    }
}
