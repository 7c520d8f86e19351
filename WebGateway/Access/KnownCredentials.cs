using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// Which credentials were found good not long ago, by this gateway or over Redis by another, or were made just now: a reason to ask about
/// them before others, and no proof of anything. Named by a hash of their hash, with which nobody can call.
/// </summary>
/// <param name="settings">The cluster's id: clusters that share a Redis do not share this.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when Redis does not answer.</param>
/// <param name="redis">Null without REDIS_URI: then each gateway knows what it found good itself.</param>
internal sealed class KnownCredentials(
    ServiceSettings settings, TimeProvider time, ILogger<KnownCredentials> logger, RedisConnection? redis = null)
{
    private const int MaxKept = 10_000;
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    /// <summary>Whether this gateway knows it.</summary>
    public bool Has(string hash) => _until.TryGetValue(hash, out var until) && time.GetUtcNow() < until;

    /// <summary>Whether any gateway knows it.</summary>
    public async ValueTask<bool> FindAsync(string hash)
    {
        if (Has(hash)) return true;
        if (redis is null) return false;
        try
        {
            var connection = await redis.OpenAsync().WaitAsync(Timeout);
            if (await connection.GetDatabase().KeyTimeToLiveAsync(KeyOf(hash)).WaitAsync(Timeout) is not { } left) return false;
            Keep(hash, left);
            return true;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogDebug(LogEvents.KnownCredentialsUnreachable, exception, "Redis did not say whether a credential was good");
            return false;
        }
    }

    /// <summary>Remembers one that is good.</summary>
    public void Add(string hash, TimeSpan lifetime)
    {
        // The others are told anew when half of it is over.
        if (_until.TryGetValue(hash, out var until) && until - time.GetUtcNow() > lifetime / 2) return;
        Keep(hash, lifetime);
        if (redis is not null) _ = StoreAsync(redis, hash, lifetime);
    }

    /// <summary>Forgets one that is good no more. Other gateways do so when they find out.</summary>
    public void Remove(string hash) => _until.TryRemove(hash, out _);

    private void Keep(string hash, TimeSpan lifetime)
    {
        if (_until.Count >= MaxKept) _until.Clear();
        _until[hash] = time.GetUtcNow() + lifetime;
    }

    private async Task StoreAsync(RedisConnection connection, string hash, TimeSpan lifetime)
    {
        try
        {
            await (await connection.OpenAsync()).GetDatabase().StringSetAsync(KeyOf(hash), "1", lifetime);
        }
        catch (Exception exception)
        {
            // Whatever it is, only this gateway knows the credential.
            logger.LogDebug(LogEvents.KnownCredentialsUnreachable, exception, "Redis was not told that a credential is good");
        }
    }

    private string KeyOf(string hash) =>
        $"agent.management.credentials.{settings.ClusterId}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hash)))}";
}
