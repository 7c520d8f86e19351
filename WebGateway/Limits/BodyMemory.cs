using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.WebGateway.Problems;
using AgentManagement.WebGateway.Settings;

namespace AgentManagement.WebGateway.Limits;

/// <summary>What a gateway keeps of the bodies of requests in memory, bounded over all of them.</summary>
internal sealed class BodyMemory(GatewaySettings settings)
{
    // A body of the largest line of an import, or a part of a file.
    private const long MinOfIdentity = 8 * 1024 * 1024;
    private const int TenantPart = 4;

    private readonly Capacity _capacity = CapacityOf(settings);

    /// <summary>Bytes that are reserved now.</summary>
    public long Reserved => _capacity.Reserved;

    /// <summary>A reservation for the body of a request, without any bytes yet.</summary>
    public BodyReservation Open(HttpContext context) => new(_capacity, CapacityOwner.Of(context));

    private static Capacity CapacityOf(GatewaySettings settings)
    {
        var bytes = settings.BodyMemoryMebibytes * 1024L * 1024;
        var ofTenant = settings.IsRateLimited ? bytes / TenantPart : bytes;
        var ofIdentity = settings.IsRateLimited ? Math.Max(MinOfIdentity, ofTenant * settings.RateLimitIdentityPercent / 100) : bytes;
        return new(bytes, ofTenant, ofIdentity);
    }
}

/// <summary>What one body takes of the memory, until it is disposed of.</summary>
internal sealed class BodyReservation(Capacity capacity, CapacityOwner owner) : IDisposable
{
    // Of a request that waits for its body: its connection, buffers and state.
    private const int Overhead = 16 * 1024;

    private long _reserved;

    /// <summary>The body, once it is there as a whole.</summary>
    public ReadOnlyMemory<byte> Bytes { get; set; }

    /// <summary>Reserves what is missing to so many bytes.</summary>
    /// <exception cref="ProblemException">429 or 503: there is no room for them.</exception>
    public void Grow(long bytes)
    {
        var more = Overhead + bytes - _reserved;
        if (more <= 0) return;
        if (capacity.TryReserve(owner, more) is { } share) throw Refuse(share);
        _reserved += more;
    }

    public void Dispose()
    {
        if (_reserved > 0) capacity.Release(owner, _reserved);
        _reserved = 0;
    }

    private ProblemException Refuse(CapacityShare share)
    {
        LimitMetrics.Count("memory");
        if (share is CapacityShare.Whole)
        {
            return new(new(StatusCodes.Status503ServiceUnavailable, "gateway_overloaded",
                "Too many bodies are on their way at the moment; nothing was done."));
        }
        TenantRefusals.Count(owner.Tenant, "memory");
        return new(new(StatusCodes.Status429TooManyRequests, "too_many_at_once", share is CapacityShare.Tenant
            ? "Too many bodies of the tenant are on their way." : "Too many bodies of this user, service or key are on their way.")
        { RetryAfter = TimeSpan.FromSeconds(1) });
    }
}
