using System.Collections.Concurrent;
using AgentManagement.ServiceDefaults.Redis;

namespace AgentManagement.WebGateway.Access;

/// <summary>Tokens that were revoked before they ended, as far as this gateway was told, or has read in Redis.</summary>
internal sealed class RevokedTokens(TimeProvider time)
{
    /// <inheritdoc cref="RevocationSet.Memory"/>
    public static readonly TimeSpan Memory = RevocationSet.Memory;

    private readonly ConcurrentDictionary<(string TenantId, string? TokenId, string? Subject), DateTimeOffset> _until = new();
    private volatile bool _isComplete = true;
    private long _swept;

    /// <summary>Whether what others heard before this gateway was there is known; until then no new token is decided about.</summary>
    public bool IsComplete { get => _isComplete; set => _isComplete = value; }

    /// <summary>All that are remembered, and until when.</summary>
    public IEnumerable<Revocation> All =>
        _until.Select(each => new Revocation(each.Key.TenantId, each.Key.TokenId, each.Key.Subject, each.Value));

    private event Action? Added;

    /// <summary>Ends what is open under the caller's token when that is revoked, or was already.</summary>
    /// <returns>To dispose of when it has ended.</returns>
    public IDisposable Watch(CurrentCaller caller, Action end)
    {
        Added += EndIfRevoked;
        EndIfRevoked();
        return new Watching(() => Added -= EndIfRevoked);

        void EndIfRevoked()
        {
            if (caller.IsRevoked) end();
        }
    }

    /// <summary>Revokes one token.</summary>
    /// <param name="tenantId">Its tenant.</param>
    /// <param name="tokenId">Its id.</param>
    /// <param name="expiresAt">When it ends by itself; null when that is not said.</param>
    public Revocation AddToken(string tenantId, string tokenId, DateTimeOffset? expiresAt = null) =>
        Add(new(tenantId, tokenId, null, expiresAt ?? time.GetUtcNow() + Memory));

    /// <summary>Revokes all tokens that a subject has got so far.</summary>
    public Revocation AddSubject(string tenantId, string subject) => Add(new(tenantId, null, subject, time.GetUtcNow() + Memory));

    /// <summary>Remembers a revocation, here or of another gateway.</summary>
    public Revocation Add(Revocation revocation)
    {
        Sweep();
        _until.AddOrUpdate(
            (revocation.TenantId, revocation.TokenId, revocation.Subject), revocation.Until,
            (_, known) => known > revocation.Until ? known : revocation.Until);
        foreach (var handler in Added?.GetInvocationList() ?? [])
        {
            try
            {
                ((Action)handler)();
            }
            catch (ObjectDisposedException)
            {
                // It was ending just now.
            }
        }
        return revocation;
    }

    /// <param name="tenantId">The token's tenant.</param>
    /// <param name="tokenId">Its id; null when it has none.</param>
    /// <param name="subject">Its subject.</param>
    /// <param name="issuedAt">When it was made; null when it does not say, and so may have been at any time.</param>
    public bool Contains(string tenantId, string? tokenId, string subject, DateTimeOffset? issuedAt) =>
        !_until.IsEmpty
        && ((tokenId is not null && _until.ContainsKey((tenantId, tokenId, null)))
            // The clock of who made the token may be ahead of the one by which it was revoked.
            || (_until.TryGetValue((tenantId, null, subject), out var until) && !(issuedAt > until - Memory + TokenRules.ClockSkew)));

    // Once a minute: those that have ended by themselves.
    private void Sweep()
    {
        var now = time.GetUtcNow();
        var swept = Interlocked.Read(ref _swept);
        if (now.UtcTicks - swept < TimeSpan.TicksPerMinute || Interlocked.CompareExchange(ref _swept, now.UtcTicks, swept) != swept) return;
        // For as long as a token would be taken.
        foreach (var old in _until.Where(each => each.Value <= now - TokenRules.ClockSkew)) _until.TryRemove(old);
    }

    private sealed class Watching(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}

/// <summary>What was revoked: one token by its id, or all that a subject has got so far.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="TokenId">The token's id; null for a subject's.</param>
/// <param name="Subject">The subject; null for one token.</param>
/// <param name="Until">Until when it is remembered; of a subject <see cref="RevokedTokens.Memory"/> after it was revoked.</param>
internal sealed record Revocation(string TenantId, string? TokenId, string? Subject, DateTimeOffset Until);
