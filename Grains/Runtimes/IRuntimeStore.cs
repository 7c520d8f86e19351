using AgentManagement.Domain.Releases;
using AgentManagement.Runtimes;

namespace AgentManagement.Grains.Runtimes;

/// <summary>
/// What runtimes run, and ran: written when it changes. Whether one still reports is known to <see cref="RuntimesGrain"/> alone, until it
/// says that it does not.
/// </summary>
public interface IRuntimeStore
{
    /// <summary>The runtimes of a tenant that have not ended and have not fallen silent.</summary>
    Task<ImmutableArray<KeptRuntime>> ReadLiveAsync(string tenantId);

    /// <summary>Writes what a runtime runs from a time on.</summary>
    /// <param name="runtime">With all that it runs.</param>
    /// <param name="before">The same from before; null for one that was not live.</param>
    Task RecordAsync(string tenantId, KeptRuntime runtime, KeptRuntime? before, DateTimeOffset at);

    /// <summary>A runtime runs nothing any more from a time on; false when there is none of this name.</summary>
    /// <param name="isSilent">Whether it is kept as a silent one; otherwise it is gone.</param>
    Task<bool> EndAsync(string tenantId, string instance, DateTimeOffset at, bool isSilent);

    /// <summary>
    /// Runtimes with the number of versions that they run, in the order of their names. When live ones reported is not known.
    /// </summary>
    /// <param name="label">Those of this label only; null for all.</param>
    Task<ImmutableArray<Runtime>> ListAsync(string tenantId, string? label, CancellationToken cancellationToken);

    /// <summary>One of them, with the versions that it runs; null when there is none.</summary>
    Task<Runtime?> FindAsync(string tenantId, string instance, CancellationToken cancellationToken);

    /// <summary>Who ran which versions of an agent at a time.</summary>
    Task<ImmutableArray<AppliedVersion>> ListAppliedAsync(
        string tenantId, string agentId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The live runtimes of a label, with what they run of some agents.</summary>
    Task<ImmutableArray<LabelRunner>> ReadRunnersAsync(string tenantId, string label, IEnumerable<string> agentIds);

    /// <summary>The tenants that have runtimes, live or silent.</summary>
    Task<ImmutableArray<string>> ReadTenantsAsync(CancellationToken cancellationToken);

    /// <summary>Forgets the runtimes that fell silent before a time.</summary>
    Task ForgetSilentAsync(DateTimeOffset before);

    /// <summary>Forgets who ran what until before a time.</summary>
    Task ForgetAppliedAsync(DateTimeOffset before);
}

/// <summary>What is kept of a runtime.</summary>
/// <param name="Since">Since when it reports.</param>
public sealed record KeptRuntime(RuntimeReport Report, DateTimeOffset Since);
