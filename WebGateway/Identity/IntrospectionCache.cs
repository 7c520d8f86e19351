using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;

namespace AgentManagement.WebGateway.Identity;

/// <summary>
/// What was said of tokens, for a short while, by their hash. An answer that was under way when something was dropped is not
/// kept: it may be of the time before.
/// </summary>
internal sealed class IntrospectionCache : IDisposable
{
    /// <summary>For how long an answer is used without asking again.</summary>
    public static readonly TimeSpan FreshTime = TimeSpan.FromSeconds(30);

    /// <summary>For how long it is used while the service gives no other.</summary>
    public static readonly TimeSpan UsableTime = TimeSpan.FromSeconds(90);

    private const long MostBytes = 64 * 1024 * 1024;
    private const int BytesOfEntry = 1_000;

    private readonly Lock _gate = new();
    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = MostBytes });
    private long _age;

    /// <summary>To be read before the service is asked, and given to <see cref="Keep"/> with its answer.</summary>
    public long Age => Interlocked.Read(ref _age);

    /// <summary>The name under which what is known of a token is kept: not the token.</summary>
    public static string NameOf(string token) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>What is known of a token, of whatever age; null for nothing.</summary>
    public Introspection? Find(string name) => _answers.TryGetValue(name, out Introspection? known) ? known : null;

    /// <summary>Keeps an answer, unless something was dropped since it was asked for.</summary>
    public void Keep(string name, Introspection introspection, long age)
    {
        lock (_gate)
        {
            if (age != _age) return;
            using var entry = _answers.CreateEntry(name);
            entry.Value = introspection;
            entry.AbsoluteExpirationRelativeToNow = UsableTime;
            // In memory its text takes two bytes a character, and some more.
            entry.Size = BytesOfEntry + (4 * introspection.Answer.Bytes);
        }
    }

    /// <summary>Forgets one token of a tenant.</summary>
    public void DropToken(string tenantId, string tokenId) => Drop(known => known.TenantId == tenantId && known.TokenId == tokenId);

    /// <summary>Forgets all tokens of a subject.</summary>
    public void DropSubject(string tenantId, string subject) => Drop(known => known.TenantId == tenantId && known.Subject == subject);

    /// <summary>Forgets everything.</summary>
    public void Clear() => Drop(_ => true);

    public void Dispose() => _answers.Dispose();

    private void Drop(Func<Introspection, bool> isMeant)
    {
        lock (_gate)
        {
            _age++;
            foreach (var name in _answers.Keys.OfType<string>().ToList())
            {
                if (Find(name) is { } known && isMeant(known)) _answers.Remove(name);
            }
        }
    }
}
