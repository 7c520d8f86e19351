using AgentManagement.ClusterClient.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StackExchange.Redis;

namespace AgentManagement.ServiceDefaults.Redis;

/// <summary>The one connection of this process to Redis. Nobody waits for it who does not ask for it.</summary>
public sealed class RedisConnection(ConfigurationOptions options) : IAsyncDisposable
{
    // Task.Run: the first to ask may be a grain, whose turn must not carry the connection's own work.
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => Task.Run(() => ConnectionMultiplexer.ConnectAsync(options)));

    /// <summary>The connection, made on first use; afterwards it connects again by itself.</summary>
    public Task<ConnectionMultiplexer> OpenAsync() => _connection.Value;

    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated) (await _connection.Value).Dispose();
    }
}

public static class RedisConnectionServices
{
    public static void AddRedisConnection(this IServiceCollection services, Uri address)
    {
        var options = RedisAddress.ToOptions(address);
        services.TryAddSingleton(_ => new RedisConnection(options));
    }
}
