using AgentManagement.Agents;
using AgentManagement.Storage;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>The purge of agents whose time to be restored has passed.</summary>
internal sealed class DailyPurge(ITenantStore store, IGrainFactory grains) : DailyTask("purge", grains)
{
    protected override async Task<IEnumerable<string>> FindTenantsAsync(DateTimeOffset now) =>
        await store.ReadTenantsOfArchivedAsync(now - StatusRules.RestorePeriod);

    protected override TaskCommand NewCommand() => new PurgeExpiredAgents();
}
