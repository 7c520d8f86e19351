using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using StackExchange.Redis;

namespace AgentManagement.ServiceDefaults.Caching;

/// <summary>
/// The second level of a <see cref="RefreshingCache{TKey,TValue}"/>: answers in Redis, so that a process that starts knows what others
/// were told (ADR 11). What it cannot say, or may not be believed, is asked for as if it were not there.
/// </summary>
public sealed class SharedAnswers
{
    internal const int MaxBytes = 16 * 1024;

    /// <summary>A question does not wait longer for what others know.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // Removals are counted, each with the next number; '+' has the last one. A count that was lost goes on at the time of day, and so
    // beyond all that were given before; what may have been removed in what was lost lies below '*'.
    private const string Counting =
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local function text(number) return string.format('%.0f', number) end
        local function score(member) return tonumber(redis.call('ZSCORE', KEYS[1], member)) end
        if not score('+') then redis.call('ZADD', KEYS[1], text(now), '+', text(now), '*') end

        """;

    private const string ReadScript = Counting +
        """
        local asked = { text(score('+')), text(now) }
        local entry = redis.call('HMGET', KEYS[2], 'removals', 'at', 'tags', 'answer')
        if not entry[1] or tonumber(entry[1]) < (score('*') or 0) then return asked end
        for tag in string.gmatch(entry[3], '%S+') do
            if (score(tag) or 0) > tonumber(entry[1]) then return asked end
        end
        return { asked[1], asked[2], entry[1], entry[2], entry[3], entry[4] }
        """;

    private const string RemoveScript = Counting +
        """
        local removal = text(math.max(score('+') + 1, now))
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. text(now - tonumber(ARGV[2]) * 1000))
        redis.call('ZADD', KEYS[1], removal, '+', removal, ARGV[1])
        """;

    private const string WriteScript =
        """
        redis.call('HSET', KEYS[1], 'removals', ARGV[1], 'at', ARGV[2], 'tags', ARGV[3], 'answer', ARGV[4])
        redis.call('PEXPIRE', KEYS[1], ARGV[5])
        """;

    private readonly ServiceSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<SharedAnswers> _logger;
    private readonly byte[] _key;
    private readonly Lazy<Task<IDatabase>> _database;
    private int _removing;
    private long _closedUntil;

    /// <param name="settings">The cluster's id: clusters that share a Redis do not share answers.</param>
    /// <param name="secret">Who does not have it makes no answer that is believed.</param>
    /// <param name="redis">The connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when Redis does not answer.</param>
    public SharedAnswers(
        ServiceSettings settings, byte[] secret, RedisConnection redis, TimeProvider time, ILogger<SharedAnswers> logger)
    {
        (_settings, _time, _logger) = (settings, time, logger);
        _key = HMACSHA256.HashData(secret, "agent-management shared answers"u8);
        // Task.Run: the first to ask may be a grain, and others do not wait for its turns.
        _database = new(() => Task.Run(() => OpenAsync(redis)));
    }

    /// <summary>Whose answers these are.</summary>
    public required string Name { get; init; }

    /// <summary>For how long an answer is kept: as long as it is used by anybody.</summary>
    public required TimeSpan Lifetime { get; init; }

    internal string Removals => $"agent.management.answers.{_settings.ClusterId}.{Name}";

    internal bool IsOpen => Volatile.Read(ref _removing) == 0 && _time.GetUtcNow().UtcTicks >= Interlocked.Read(ref _closedUntil);

    /// <summary>Those of a process; null without REDIS_URI.</summary>
    public static SharedAnswers? Of(IServiceProvider services, string name, TimeSpan lifetime, byte[] secret) =>
        services.GetService<RedisConnection>() is not { } redis ? null : new(
            services.GetRequiredService<ServiceSettings>(), secret, redis, services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<SharedAnswers>>())
        {
            Name = name, Lifetime = lifetime,
        };

    /// <summary>What is kept under a key, and how old it is; and what <see cref="Write"/> needs when there is nothing.</summary>
    internal async Task<(byte[]? Answer, TimeSpan Age, SharedTimestamps? Asked)> ReadAsync(string key)
    {
        // What this process has removed, or may have missed, must not come back.
        if (!IsOpen) return default;
        try
        {
            var entry = KeyOf(key);
            var read = (RedisValue[])(await EvaluateAsync(ReadScript, [Removals, entry], []).WaitAsync(Timeout, _time))!;
            var asked = new SharedTimestamps((long)read[0], (long)read[1]);
            if (read.Length < 6) return (null, default, asked);
            var of = new SharedTimestamps((long)read[2], (long)read[3]);
            // One of a time to come was written by a Redis with another clock.
            var answer = of.Time <= asked.Time ? Verify(entry, of, read[4]!, (byte[])read[5]!) : null;
            return (answer, TimeSpan.FromMicroseconds(asked.Time - of.Time), asked);
        }
        catch (Exception exception)
        {
            // Whatever is there, it is no answer.
            Close(RetryDelay, exception);
            return default;
        }
    }

    /// <summary>Keeps an answer for the others. Nobody waits for that.</summary>
    /// <param name="key">What was asked about.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="tags">The tags by which it is removed.</param>
    /// <param name="asked">As read before the question was asked.</param>
    internal void Write(string key, byte[] answer, IEnumerable<string> tags, SharedTimestamps asked)
    {
        if (answer.Length > MaxBytes) return;
        var (entry, names) = (KeyOf(key), string.Join(' ', tags.Select(NameOf)));
        byte[] signed = [.. Sign(entry, asked, names, answer), .. answer];
        _ = TryAsync(() => EvaluateAsync(
            WriteScript, [entry], [asked.Removals, asked.Time, names, signed, (long)Lifetime.TotalMilliseconds]));
    }

    /// <summary>Forgets an answer, in whose place there is another that is not kept.</summary>
    internal void Delete(string key) => _ = TryAsync(async () => await (await _database.Value).KeyDeleteAsync(KeyOf(key)));

    /// <summary>Has all answers with a tag refused that were asked for before now.</summary>
    internal async Task RemoveByTagAsync(string tag)
    {
        Interlocked.Increment(ref _removing);
        try
        {
            await EvaluateAsync(RemoveScript, [Removals], [NameOf(tag), (long)Lifetime.TotalMilliseconds]);
        }
        catch (Exception exception)
        {
            // Whatever it is, the answers may be there still.
            Close(Lifetime, exception);
        }
        finally
        {
            Interlocked.Decrement(ref _removing);
        }
    }

    /// <summary>Reads nothing for a while.</summary>
    private void Close(TimeSpan duration, Exception? exception = null)
    {
        if (exception is not null) _logger.LogDebug(LogEvents.SharedAnswersUnreachable, exception, "Redis has no answers, or took none");
        var until = (_time.GetUtcNow() + duration).UtcTicks;
        for (var known = Interlocked.Read(ref _closedUntil); known < until;)
        {
            var found = Interlocked.CompareExchange(ref _closedUntil, until, known);
            if (found == known) return;
            known = found;
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            // Whatever it is, the others ask for themselves.
            _logger.LogDebug(LogEvents.SharedAnswersUnreachable, exception, "Redis has no answers, or took none");
        }
    }

    private async Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] arguments) =>
        await (await _database.Value).ScriptEvaluateAsync(script, keys, arguments);

    private async Task<IDatabase> OpenAsync(RedisConnection redis)
    {
        var connection = await redis.OpenAsync();
        // What was removed meanwhile may have reached neither this process nor Redis: then the age is all that can be relied on.
        connection.ConnectionFailed += (_, _) => Close(Lifetime);
        connection.ConnectionRestored += (_, _) => Close(Lifetime);
        return connection.GetDatabase();
    }

    private byte[]? Verify(string entry, SharedTimestamps asked, string tags, byte[] signed)
    {
        if (signed.Length < HMACSHA256.HashSizeInBytes) return null;
        var answer = signed[HMACSHA256.HashSizeInBytes..];
        return CryptographicOperations.FixedTimeEquals(Sign(entry, asked, tags, answer), signed.AsSpan(0, HMACSHA256.HashSizeInBytes))
            ? answer : null;
    }

    // Over all of the entry and its key, so that none can be altered, made younger or put in another's place.
    private byte[] Sign(string entry, SharedTimestamps asked, string tags, byte[] answer)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"{entry}\n{asked.Removals}\n{asked.Time}\n{tags}\n");
        return HMACSHA256.HashData(_key, (byte[])[.. Encoding.UTF8.GetBytes(head), .. answer]);
    }

    internal string KeyOf(string key) => $"{Removals}:{NameOf(key)}";

    private static string NameOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>When a question was asked, by Redis.</summary>
/// <param name="Removals">The number of the last removal before it.</param>
/// <param name="Time">Microseconds since 1970, by the clock of Redis.</param>
public readonly record struct SharedTimestamps(long Removals, long Time);
