using System.Collections.Concurrent;

namespace AgentManagement.WebGateway.Access;

/// <summary>Tokens that were revoked before they ended, as far as this gateway was told.</summary>
internal sealed class RevokedTokens(TimeProvider time)
{
    // Longer than tokens are valid.
    private static readonly TimeSpan Memory = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<(string TenantId, string? TokenId, string? Subject), DateTimeOffset> _revoked = new();

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
    public void AddToken(string tenantId, string tokenId) => Add((tenantId, tokenId, null));

    /// <summary>Revokes all tokens that a subject has got so far.</summary>
    public void AddSubject(string tenantId, string subject) => Add((tenantId, null, subject));

    /// <param name="tenantId">The token's tenant.</param>
    /// <param name="tokenId">Its id; null when it has none.</param>
    /// <param name="subject">Its subject.</param>
    /// <param name="issuedAt">When it was made; null when it does not say, and so may have been at any time.</param>
    public bool Contains(string tenantId, string? tokenId, string subject, DateTimeOffset? issuedAt) =>
        !_revoked.IsEmpty
        && ((tokenId is not null && _revoked.ContainsKey((tenantId, tokenId, null)))
            || (_revoked.TryGetValue((tenantId, null, subject), out var moment) && !(issuedAt > moment)));

    private void Add((string TenantId, string? TokenId, string? Subject) revoked)
    {
        var now = time.GetUtcNow();
        foreach (var old in _revoked.Where(each => now - each.Value > Memory)) _revoked.TryRemove(old);
        _revoked[revoked] = now;
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
    }

    private sealed class Watching(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
