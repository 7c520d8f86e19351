using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// Tokens that were found good, by the SHA-256 of their text and never by the text itself. Whoever takes one from here still has to ask
/// whether it was revoked.
/// </summary>
internal sealed class KnownTokens(TimeProvider time) : IDisposable
{
    internal const int MaxTokens = 10_000;

    private const int HashCharacters = 43;

    // Nothing can be remembered until the end of all time.
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    private readonly MemoryCache _tokens = new(new MemoryCacheOptions { SizeLimit = MaxTokens });

    /// <summary>For tests.</summary>
    internal int Count => _tokens.Count;

    /// <summary>A token that is good still; null for one that has to be looked at.</summary>
    public KnownToken? Find(string token)
    {
        Span<char> hash = stackalloc char[HashCharacters];
        Hash(token, hash);
        return _tokens.TryGetValue(hash, out KnownToken? known) && IsGood(known!) ? known : null;
    }

    /// <summary>Whether a token that was found good is good still, but for revocations.</summary>
    public bool IsGood(KnownToken known) => time.GetUtcNow() < known.Identity.ExpiresAt && known.Holds();

    /// <summary>Remembers a good token until it ends, or until what was found out about it is not known any more.</summary>
    public void Add(string token, TokenIdentity identity, Func<bool> holds)
    {
        var left = identity.ExpiresAt - time.GetUtcNow();
        if (left <= TimeSpan.Zero) return;
        Span<char> hash = stackalloc char[HashCharacters];
        Hash(token, hash);
        using var entry = _tokens.CreateEntry(hash.ToString());
        (entry.Value, entry.Size) = (new KnownToken(identity, holds), 1);
        entry.AbsoluteExpirationRelativeToNow = left < MaxAge ? left : MaxAge;
    }

    public void Dispose() => _tokens.Dispose();

    private static void Hash(string token, Span<char> hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), digest);
        Base64Url.EncodeToChars(digest, hash);
    }
}

/// <summary>A token that was found good.</summary>
/// <param name="Identity">What it says.</param>
/// <param name="Holds">Whether what was found out about it is known still; see <see cref="TokenVerdict"/>.</param>
internal sealed record KnownToken(TokenIdentity Identity, Func<bool> Holds);
