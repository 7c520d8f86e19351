using System.Collections.Concurrent;
using AgentManagement.Access;
using AgentManagement.WebGateway.Internal;

namespace AgentManagement.WebGateway.Limits;

/// <summary>What becomes of a request under the limits.</summary>
/// <param name="Window">The window that leaves it least room; null when no rate is known.</param>
/// <param name="Exceeded">Which limit it passed, as metrics name it; null when it may go on.</param>
internal readonly record struct LimitDecision(SlidingWindow? Window, string? Exceeded);

/// <summary>Admits requests under the tenant's rate, and each identity's part of it.</summary>
internal sealed class RequestLimits(TenantRates rates, IRequestCounter counter, RequestLimitOptions options, TimeProvider time)
{
    /// <summary>How many requests a minute the platform's services make for one tenant.</summary>
    internal const int MaxOfPlatform = 6_000;

    private const int MaxKept = 10_000;

    // A tenant far above its rate costs next to nothing: until then it needs no asking.
    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, SlidingWindow Window)> _closed = new(StringComparer.Ordinal);

    /// <summary>How the requests of services for a tenant are counted: those of its own, and apart those of the platform.</summary>
    public static string InternalKey(Caller caller) => $"{(IsOfPlatform(caller) ? "platform" : "internal")}:{caller.TenantId}";

    public async ValueTask<LimitDecision> DecideAsync(Caller caller, bool isInternal)
    {
        if (isInternal) return await DecideInternalAsync(caller);
        if (await rates.FindAsync(caller) is not { } rate) return default;
        var perIdentity = Math.Max(1, (int)(rate * (options.IdentityPercent / 100.0)));
        SlidingWindow? window = null;
        if (perIdentity < rate)
        {
            // First, so that what it is refused takes nothing from the others.
            var (isAdmitted, own) = await CountAsync($"identity:{caller.TenantId}:{caller.Subject}", perIdentity);
            if (!isAdmitted) return new(own, "identity");
            window = own;
        }
        var (isAllowed, all) = await CountAsync($"tenant:{caller.TenantId}", rate);
        return new(window is { } least && least.Remaining < all.Remaining ? least : all, isAllowed ? null : "tenant");
    }

    private async ValueTask<LimitDecision> DecideInternalAsync(Caller caller)
    {
        if ((IsOfPlatform(caller) ? MaxOfPlatform : await rates.FindAsync(caller)) is not { } rate) return default;
        var (isAdmitted, window) = await CountAsync(InternalKey(caller), rate);
        return new(window, isAdmitted ? null : "internal");
    }

    private static bool IsOfPlatform(Caller caller) => caller.Subject == ServiceTokens.Subject || caller.Role == "platform_admin";

    private async ValueTask<(bool IsAdmitted, SlidingWindow Window)> CountAsync(string key, int limit)
    {
        if (_closed.TryGetValue(key, out var closed) && closed.Window.Limit == limit && time.GetUtcNow() < closed.Until)
        {
            return (false, closed.Window);
        }
        var counted = await counter.CountAsync(key, limit);
        if (counted.IsAdmitted)
        {
            _closed.TryRemove(key, out _);
            return counted;
        }
        if (_closed.Count >= MaxKept) _closed.Clear();
        _closed[key] = (time.GetUtcNow() + counted.Window.UntilRoom, counted.Window);
        return counted;
    }
}

/// <param name="IdentityPercent">What part of its tenant's rate and places one identity may use, in percent.</param>
/// <param name="MaxAtOnce">How many requests of a tenant a gateway works on at the same time.</param>
internal sealed record RequestLimitOptions(int IdentityPercent, int MaxAtOnce)
{
    /// <summary>How many imports of a tenant a gateway receives at the same time, beside its other requests.</summary>
    public const int MaxImports = 4;

    /// <summary>How many files.</summary>
    public const int MaxUploads = 20;

    /// <summary>So many places for each tenant.</summary>
    public Capacity Places(int ofTenant) => new(long.MaxValue, ofTenant, Math.Max(1, ofTenant * IdentityPercent / 100));
}
