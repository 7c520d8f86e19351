namespace AgentManagement.Changes;

/// <summary>Where the changes of all tenants are sent, whether anybody watches or not.</summary>
internal interface IDestination
{
    /// <summary>Frozen: what was sent is recorded under it.</summary>
    string Name { get; }

    /// <summary>Another one than before when it may have lost what it was sent; null while nothing can be sent.</summary>
    string? Epoch { get; }

    /// <summary>How many of a tenant's changes it keeps: further back it is never filled up.</summary>
    int Capacity { get; }

    /// <summary>Sends changes, in order. What arrives twice has no effect.</summary>
    /// <returns>The revision up to which the destination has been told: below the first change it wants older ones first.</returns>
    Task<long> SendAsync(Shipment shipment, CancellationToken cancellationToken);

    /// <summary>Tells what is of this moment only.</summary>
    Task TellAsync(string tenantId, long revision, Notice notice);
}

/// <summary>Changes on their way to a destination.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Changes">Without gaps; none to ask how far the destination is.</param>
/// <param name="Revision">The tenant's.</param>
/// <param name="Told">Up to here the destination was told once before: should it have to be filled up, nobody is told again.</param>
/// <param name="Restart">The destination is ahead of the tenant, whose database was restored: it begins anew.</param>
internal sealed record Shipment(string TenantId, ImmutableArray<ChangeEvent> Changes, long Revision, long Told, bool Restart = false);
