using AgentManagement.Changes;

namespace AgentManagement.Grains.Changes;

/// <summary>Where the changes of all tenants are sent, whether anybody watches or not.</summary>
public interface IChangeSink
{
    /// <summary>Frozen: the cursors are recorded under it.</summary>
    string Name { get; }

    /// <summary>Another one than before when it may have lost what it was sent; null while nothing can be sent.</summary>
    string? Incarnation { get; }

    /// <summary>How many of a tenant's changes it keeps: further back it is never filled up.</summary>
    int Capacity { get; }

    /// <summary>Sends changes, in order. What arrives twice has no effect.</summary>
    /// <returns>The revision up to which the sink has the changes: below the first one of the batch it wants older ones first.</returns>
    Task<long> SendAsync(SinkBatch batch, CancellationToken cancellationToken);

    /// <summary>Sends what is of this moment only.</summary>
    Task PublishAsync(string tenantId, long revision, Notice notice);
}

/// <summary>Changes on their way to a sink.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Changes">Without gaps; none to ask how far the sink is.</param>
/// <param name="Revision">The tenant's.</param>
/// <param name="Published">Up to here the changes were sent once before: should the sink have to be filled up, none is published
/// again.</param>
/// <param name="Restart">The sink is ahead of the tenant, whose database was restored: it begins anew.</param>
public sealed record SinkBatch(string TenantId, ImmutableArray<ChangeEvent> Changes, long Revision, long Published, bool Restart = false);
