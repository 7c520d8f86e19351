using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;

namespace AgentManagement.ClusterClient.Hosting;

/// <summary>
/// Signs callers, and checks their signatures. Both are remembered: a caller who calls again costs a look-up. What access is not decided
/// by, such as the correlation id, is not signed, so that one signature is good for all calls of a caller.
/// </summary>
public sealed class CallerSigner(CallerKeys keys, TimeProvider time)
{
    /// <summary>How long a signature is given to further calls.</summary>
    internal static readonly TimeSpan ReusedFor = TimeSpan.FromSeconds(30);

    /// <summary>How old a signature may be when a silo sees it: calls wait, and are repeated.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(2);

    /// <summary>How far the clocks of two processes may be apart.</summary>
    internal static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private const string ServiceRole = "service";
    private const int MaxKept = 10_000;
    private const char Separator = '\n';

    private readonly ConcurrentDictionary<Claims, CallerSignature> _made = new();
    private readonly ConcurrentDictionary<UInt128, Caller> _checked = new();

    /// <summary>The caller with a signature that is new enough for another call; without one where this process has no key.</summary>
    public Caller Sign(Caller caller)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (caller.Signature is { } present && IsNew(present, now)) return caller;
        if (keys.Platform is null && !MayBeService(caller)) return caller.Signed(null);
        var claims = Claims.Of(caller);
        if (!_made.TryGetValue(claims, out var signature) || !IsNew(signature, now))
        {
            if (_made.Count >= MaxKept) _made.Clear();
            var isOfService = keys.Platform is null;
            _made[claims] = signature = new(now, isOfService, MacOf(caller, now, keys.Platform ?? keys.Service));
        }
        return caller.Signed(signature);
    }

    /// <summary>Whether the caller was named, a short while ago, by who may: a silo or a gateway, or a service as itself.</summary>
    public bool IsGenuine(Caller caller)
    {
        if (caller.Signature is not { Mac.Length: HMACSHA256.HashSizeInBytes } signature) return false;
        var age = TimeSpan.FromMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds() - signature.At);
        if (age > MaxAge || age < -ClockSkew) return false;
        var mark = BinaryPrimitives.ReadUInt128LittleEndian(signature.Mac);
        if (_checked.TryGetValue(mark, out var known) && Claims.AreSame(known, caller) && IsSame(known.Signature!, signature))
        {
            return true;
        }
        if (signature.IsOfService && !MayBeService(caller)) return false;
        if ((signature.IsOfService ? keys.Service : keys.Platform) is not { } key
            || !CryptographicOperations.FixedTimeEquals(MacOf(caller, signature.At, key), signature.Mac)) return false;
        if (_checked.Count >= MaxKept) _checked.Clear();
        _checked[mark] = caller;
        return true;
    }

    private static bool IsNew(CallerSignature signature, long now) =>
        now - signature.At is >= 0 and var age && age < ReusedFor.TotalMilliseconds;

    private static bool IsSame(CallerSignature one, CallerSignature other) =>
        one.At == other.At && one.IsOfService == other.IsOfService && one.Mac.AsSpan().SequenceEqual(other.Mac);

    private static bool MayBeService(Caller caller) => caller is { Role: ServiceRole, Granted: null, SecretVersion: null };

    /// <summary>Each part with its length before it, so that no two callers run together to the same text.</summary>
    private static byte[] MacOf(Caller caller, long at, byte[] key)
    {
        var text = new StringBuilder("1");
        Add(caller.TenantId);
        Add(caller.Subject);
        Add(caller.Role);
        Add(caller.Tier);
        Add(caller.SecretVersion?.ToString(CultureInfo.InvariantCulture));
        Add(at.ToString(CultureInfo.InvariantCulture));
        Add(caller.Granted?.Length.ToString(CultureInfo.InvariantCulture));
        foreach (var permission in caller.Granted ?? []) Add(permission);
        Add(caller.Labels?.Length.ToString(CultureInfo.InvariantCulture));
        foreach (var label in caller.Labels ?? []) Add(label);
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text.ToString()));

        void Add(string? part) => text.Append(Separator).Append(part?.Length ?? -1).Append(Separator).Append(part);
    }

    /// <summary>What is signed of a caller.</summary>
    private readonly record struct Claims(
        string TenantId, string Subject, string Role, string? Tier, int? SecretVersion, ImmutableArray<string>? Granted,
        ImmutableArray<string>? Labels)
    {
        // The lists by their identity: those of a known token or key are the same.
        public static Claims Of(Caller caller) =>
            new(caller.TenantId, caller.Subject, caller.Role, caller.Tier, caller.SecretVersion, caller.Granted, caller.Labels);

        public static bool AreSame(Caller one, Caller other) => one.TenantId == other.TenantId && one.Subject == other.Subject
            && one.Role == other.Role && one.Tier == other.Tier && one.SecretVersion == other.SecretVersion
            && AreSame(one.Granted, other.Granted) && AreSame(one.Labels, other.Labels);

        private static bool AreSame(ImmutableArray<string>? one, ImmutableArray<string>? other) =>
            one is { } mine ? other is { } theirs && mine.SequenceEqual(theirs) : other is null;
    }
}

/// <summary>Signs the caller of every call that leaves for a grain.</summary>
public sealed class CallerSigning(CallerSigner signer) : IOutgoingGrainCallFilter
{
    // Not asynchronous, so that further calls of the same flow find the signature.
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (Caller.Current is { } caller && signer.Sign(caller) is var signed && !ReferenceEquals(signed, caller)) Caller.Current = signed;
        return context.Invoke();
    }
}

public static class CallerSigningServices
{
    /// <summary>Has callers signed with the keys. Before the other filters of calls that leave.</summary>
    public static void AddCallerSigning(this IServiceCollection services, CallerKeys keys)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(keys);
        services.TryAddSingleton<CallerSigner>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOutgoingGrainCallFilter, CallerSigning>());
    }
}
