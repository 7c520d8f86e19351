using AgentManagement.Storage;
using AgentManagement.Tasks;
using AgentManagement.Tools;

namespace AgentManagement.Silo.Tasks;

/// <summary>The check of the tools of each tenant whose agents use any: what the registry said may have been missed.</summary>
internal sealed class DailyToolCheck(ITenantStore store, IToolRegistry registry, IGrainFactory grains) : DailyTask("tools", grains)
{
    protected override async Task<IEnumerable<string>> FindTenantsAsync(DateTimeOffset now) =>
        registry.IsConfigured ? await store.ReadTenantsOfToolsAsync(toolId: null) : [];

    protected override TaskCommand NewCommand() => new CheckTools();
}
