using AgentManagement.ApiKeys;
using Microsoft.Extensions.Caching.Memory;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>
/// What silos said of keys, for a short while, by their hash; of those that are none, too, so that guessing costs them little. An
/// answer that was under way when something was dropped is not kept: it may be of the time before.
/// </summary>
internal sealed class ApiKeyCache(TimeProvider time) : IDisposable
{
    /// <summary>For how long an answer is used: how long a key works at most that another gateway has revoked.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    // For how long a key that was good goes before others that are not known.
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private const int MostEntries = 10_000;

    private readonly Lock _gate = new();

    // Apart, so that no number of guesses pushes out what is good.
    private readonly MemoryCache _good = new(new MemoryCacheOptions { SizeLimit = MostEntries });
    private readonly MemoryCache _bad = new(new MemoryCacheOptions { SizeLimit = MostEntries });
    private readonly MemoryCache _wasGood = new(new MemoryCacheOptions { SizeLimit = MostEntries });
    private long _age;

    /// <summary>To be read before the silo is asked, and given to <see cref="Keep"/> with its answer.</summary>
    public long Age => Interlocked.Read(ref _age);

    /// <summary>What is known of a key; null for nothing.</summary>
    public KnownApiKey? Find(string hash) =>
        (_good.TryGetValue(hash, out KnownApiKey? known) || _bad.TryGetValue(hash, out known)) && time.GetUtcNow() - known!.At < Lifetime ? known : null;

    /// <summary>Whether the last that was heard of a key, some time ago perhaps, is that it is good: reason to ask about it, and none to believe it.</summary>
    public bool WasGood(string hash) => _wasGood.TryGetValue(hash, out _);

    /// <summary>Keeps an answer, unless something was dropped since it was asked for.</summary>
    public void Keep(ApiKeyText key, KnownApiKey known, long age)
    {
        lock (_gate)
        {
            if (known.Grant is null) _wasGood.Remove(key.Hash);
            else Put(_wasGood, key.Hash, known, Memory);
            if (age == _age) Put(known.Grant is null ? _bad : _good, key.Hash, known, Lifetime);
        }
    }

    /// <summary>Forgets a key, whichever secret was shown.</summary>
    public void Drop(string tenantId, string keyId) => Drop(known => known.TenantId == tenantId && known.KeyId == keyId);

    /// <summary>Forgets everything.</summary>
    public void Clear() => Drop(_ => true);

    public void Dispose()
    {
        _good.Dispose();
        _bad.Dispose();
        _wasGood.Dispose();
    }

    private static void Put(MemoryCache cache, string hash, KnownApiKey known, TimeSpan lifetime)
    {
        using var entry = cache.CreateEntry(hash);
        entry.Value = known;
        entry.AbsoluteExpirationRelativeToNow = lifetime;
        entry.Size = 1;
    }

    private void Drop(Func<KnownApiKey, bool> isMeant)
    {
        lock (_gate)
        {
            _age++;
            // What is no key becomes none.
            foreach (var hash in _good.Keys.ToList())
            {
                if (_good.TryGetValue(hash, out KnownApiKey? known) && isMeant(known!)) _good.Remove(hash);
            }
        }
    }
}

/// <summary>What a silo said of a key.</summary>
/// <param name="Grant">What it may; null when it is none.</param>
/// <param name="At">When the silo was asked.</param>
internal sealed record KnownApiKey(string TenantId, string KeyId, ApiKeyGrant? Grant, DateTimeOffset At);
