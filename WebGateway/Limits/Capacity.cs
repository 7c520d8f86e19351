using System.Runtime.InteropServices;
using AgentManagement.Access;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Limits;

/// <summary>
/// What a gateway has only so much of, as places or memory: of all of it a tenant gets at most a part, and one identity at most a part of
/// that, so that nobody takes it from everybody.
/// </summary>
internal sealed class Capacity(long max, long maxOfTenant, long maxOfIdentity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<CapacityOwner, long> _identities = [];
    private long _reserved;

    public long MaxOfTenant => maxOfTenant;

    public long MaxOfIdentity => maxOfIdentity;

    /// <summary>What is reserved now.</summary>
    public long Reserved
    {
        get
        {
            lock (_gate) return _reserved;
        }
    }

    /// <summary>Reserves some of it, or nothing when there is not enough left.</summary>
    /// <returns>What there is not enough of; null when it was reserved.</returns>
    public CapacityShare? TryReserve(CapacityOwner owner, long amount)
    {
        lock (_gate)
        {
            if (owner.Identity is not null && _identities.GetValueOrDefault(owner) + amount > maxOfIdentity) return CapacityShare.Identity;
            if (_tenants.GetValueOrDefault(owner.Tenant) + amount > maxOfTenant) return CapacityShare.Tenant;
            if (_reserved + amount > max) return CapacityShare.Whole;
            Add(owner, amount);
            return null;
        }
    }

    public void Release(CapacityOwner owner, long amount)
    {
        lock (_gate) Add(owner, -amount);
    }

    private void Add(CapacityOwner owner, long amount)
    {
        _reserved += amount;
        Add(_tenants, owner.Tenant, amount);
        if (owner.Identity is not null) Add(_identities, owner, amount);
    }

    private static void Add<TKey>(Dictionary<TKey, long> amounts, TKey key, long amount) where TKey : notnull
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(amounts, key, out _);
        entry += amount;
        if (entry == 0) amounts.Remove(key);
    }
}

/// <summary>Of which part there is not enough.</summary>
internal enum CapacityShare
{
    Whole,
    Tenant,
    Identity,
}

/// <summary>Whose a reservation is.</summary>
/// <param name="Tenant">The tenant, or its services; empty for who has no token.</param>
/// <param name="Identity">The user, service or key; null for services of the platform and of the tenant, which are not told apart.</param>
internal readonly record struct CapacityOwner(string Tenant, string? Identity)
{
    public static CapacityOwner Of(HttpContext context) => CurrentCaller.Of(context).Known is not { } caller ? new("", null)
        : context.GetEndpoint()?.Metadata.GetMetadata<RequestLimited>() is { IsInternal: true } ? OfServices(caller)
        : new(caller.TenantId, caller.Subject);

    private static CapacityOwner OfServices(Caller caller) => new(RequestLimits.InternalKey(caller), null);
}
