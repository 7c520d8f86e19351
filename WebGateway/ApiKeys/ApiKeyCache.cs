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

    private const int MostEntries = 10_000;

    private readonly Lock _gate = new();

    // Apart, so that no number of guesses pushes out what is good.
    private readonly MemoryCache _good = new(new MemoryCacheOptions { SizeLimit = MostEntries });
    private readonly MemoryCache _bad = new(new MemoryCacheOptions { SizeLimit = MostEntries });
    private long _age;

    /// <summary>To be read before the silo is asked, and given to <see cref="Keep"/> with its answer.</summary>
    public long Age => Interlocked.Read(ref _age);

    /// <summary>What is known of a key; null for nothing.</summary>
    public KnownApiKey? Find(string hash) =>
        (_good.TryGetValue(hash, out KnownApiKey? known) || _bad.TryGetValue(hash, out known)) && time.GetUtcNow() - known!.At < Lifetime ? known : null;

    /// <summary>Keeps an answer, unless something was dropped since it was asked for.</summary>
    public void Keep(ApiKeyText key, KnownApiKey known, long age)
    {
        lock (_gate)
        {
            if (age != _age) return;
            using var entry = (known.Grant is null ? _bad : _good).CreateEntry(key.Hash);
            entry.Value = known;
            entry.AbsoluteExpirationRelativeToNow = Lifetime;
            entry.Size = 1;
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
