using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;

namespace AgentManagement.ServiceDefaults.Caching;

/// <summary>
/// Answers of another service, kept for a while and removed by tags. An answer that was asked for before its tag was removed is
/// neither kept nor joined: it may be of the time before. Removals are counted rather than timed, so that no clock decides (ADR 11).
/// Positive answers are shared with other processes where there are <see cref="SharedAnswers"/>.
/// </summary>
public sealed class RefreshingCache<TKey, TValue>(TimeProvider time, RefreshingCacheOptions<TKey, TValue> options) : IDisposable
    where TKey : notnull
    where TValue : class
{
    /// <summary>How many removed tags are told apart; beyond, everything is removed.</summary>
    internal const int MaxRemovedTags = 10_000;

    // What another release wrote in another shape is no answer.
    private static readonly JsonSerializerOptions Json =
        new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly Lock _gate = new();
    private readonly MemoryCache _positive = new(new MemoryCacheOptions { SizeLimit = options.SizeLimit });
    private readonly MemoryCache _negative = new(new MemoryCacheOptions { SizeLimit = options.SizeLimit });
    private readonly SingleFlight<(TKey Key, long Generation), TValue?> _running = new();
    private readonly ConcurrentDictionary<string, long> _removedAt = new(StringComparer.Ordinal);
    private long _generation;
    private long _clearedAt;

    /// <summary>To be read before the other service is asked, and given to <see cref="Set"/> with its answer.</summary>
    public CacheTimestamps Now => new(Volatile.Read(ref _generation), time.GetUtcNow());

    /// <summary>The answer that is kept, or that of <paramref name="load"/>, asked once for all who want it at the same moment.</summary>
    /// <param name="key">What is asked about.</param>
    /// <param name="load">Asks; null when there is no answer, and then one that is kept serves for <c>FallbackTime</c>.</param>
    public async Task<TValue?> GetAsync(TKey key, Func<Task<TValue?>> load)
    {
        if (Find(key) is { } fresh) return fresh;
        var now = Now;
        return await _running.RunAsync((key, now.Generation), () => LoadAsync(key, now, load))
            ?? FindYounger(key, options.FallbackTime, options.FallbackTime);
    }

    /// <summary>The answer that is kept and fresh; null for none.</summary>
    public TValue? Find(TKey key) => FindYounger(key, options.FreshTime, options.NegativeTime ?? options.FreshTime);

    /// <summary>
    /// The answer that is kept here and fresh, or else the one that other processes share; and when a question that is asked now is asked,
    /// for <see cref="Set"/>.
    /// </summary>
    public async Task<(TValue? Value, CacheTimestamps Asked)> FindSharedAsync(TKey key)
    {
        var now = Now;
        if (Find(key) is { } fresh) return (fresh, now);
        if (options.Shared is not { } shared) return (null, now);
        var (answer, age, asked) = await shared.ReadAsync(options.NameOf(key));
        var askedAt = time.GetUtcNow() - age;
        // What this process was told later, that there is none for one, stands.
        if (Read(answer) is { } value && !(FindEntry(key)?.Asked.Time >= askedAt)) Keep(key, value, now with { Time = askedAt });
        return (Find(key), now with { Shared = asked });
    }

    /// <summary>Keeps an answer, unless one of its tags was removed since it was asked for.</summary>
    public void Set(TKey key, TValue value, CacheTimestamps asked)
    {
        if (!Keep(key, value, asked) || options.Shared is not { } shared) return;
        if (options.IsNegative(value)) shared.Delete(options.NameOf(key));
        else if (asked.Shared is { } at)
        {
            shared.Write(options.NameOf(key), JsonSerializer.SerializeToUtf8Bytes(value, Json), options.TagsOf(key, value), at);
        }
    }

    private bool Keep(TKey key, TValue value, CacheTimestamps asked)
    {
        var entry = new Entry(value, asked, [.. options.TagsOf(key, value)]);
        if (!IsValid(entry) || FindEntry(key) is { } kept && kept.Asked.Generation > asked.Generation) return false;
        var isNegative = options.IsNegative(value);
        (isNegative ? _positive : _negative).Remove(key);
        using var made = (isNegative ? _negative : _positive).CreateEntry(key);
        made.Value = entry;
        made.AbsoluteExpirationRelativeToNow =
            Longer(isNegative ? options.NegativeTime ?? options.FreshTime : options.FreshTime, options.FallbackTime);
        made.Size = options.SizeOf(value);
        return true;
    }

    /// <summary>Removes all answers with a tag.</summary>
    public void RemoveByTag(string tag)
    {
        // Before, so that this process reads nothing there that was removed.
        if (options.Shared is { } shared) _ = shared.RemoveByTagAsync(tag);
        lock (_gate)
        {
            if (_removedAt.Count >= MaxRemovedTags) Clear();
            _removedAt[tag] = _generation + 1;
            Volatile.Write(ref _generation, _generation + 1);
        }
    }

    /// <summary>Removes everything that is kept here.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            Volatile.Write(ref _clearedAt, _generation + 1);
            Volatile.Write(ref _generation, _generation + 1);
            _removedAt.Clear();
        }
    }

    public void Dispose()
    {
        _positive.Dispose();
        _negative.Dispose();
    }

    private async Task<TValue?> LoadAsync(TKey key, CacheTimestamps now, Func<Task<TValue?>> load)
    {
        // What was under way at the first look may have ended since.
        var (known, asked) = await FindSharedAsync(key);
        if (known is not null) return known;
        if (await load() is not { } value) return null;
        Set(key, value, now with { Shared = asked.Shared });
        return value;
    }

    private static TValue? Read(byte[]? answer)
    {
        try
        {
            return answer is null ? null : JsonSerializer.Deserialize<TValue>(answer, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private TValue? FindYounger(TKey key, TimeSpan? age, TimeSpan? negativeAge) =>
        FindEntry(key) is { } entry && IsValid(entry)
        && time.GetUtcNow() - entry.Asked.Time < (options.IsNegative(entry.Value) ? negativeAge : age) ? entry.Value : null;

    private Entry? FindEntry(TKey key) =>
        _positive.TryGetValue(key, out Entry? entry) || _negative.TryGetValue(key, out entry) ? entry : null;

    private bool IsValid(Entry entry) => entry.Asked.Generation >= Volatile.Read(ref _clearedAt)
        && entry.Tags.All(tag => !_removedAt.TryGetValue(tag, out var removedAt) || entry.Asked.Generation >= removedAt);

    private static TimeSpan Longer(TimeSpan one, TimeSpan? other) => other > one ? other.Value : one;

    private sealed record Entry(TValue Value, CacheTimestamps Asked, ImmutableArray<string> Tags);
}

/// <summary>When a question was asked.</summary>
/// <param name="Generation">How many removals there had been.</param>
/// <param name="Time">The time of day.</param>
/// <param name="Shared">The same in Redis; null for an answer that is not shared.</param>
public readonly record struct CacheTimestamps(long Generation, DateTimeOffset Time, SharedTimestamps? Shared = null);
