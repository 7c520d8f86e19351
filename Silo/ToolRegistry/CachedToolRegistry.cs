using AgentManagement.Access;
using AgentManagement.Domain.Tools;
using AgentManagement.Grains.Tools;
using AgentManagement.ServiceDefaults.Caching;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>Asks the registry for what is not known, and once for those who ask the same at the same moment.</summary>
internal sealed class CachedToolRegistry(ToolRegistryClient client, RefreshingCache<(string TenantId, string ToolId), KnownTool> cache)
    : IToolRegistry
{
    private readonly SingleFlight<string, ImmutableArray<RegisteredTool>?> _running = new();

    public bool IsConfigured => true;

    public async Task<ImmutableDictionary<string, RegisteredTool>?> ResolveAsync(
        string tenantId, IReadOnlyCollection<string> toolIds, bool anew = false)
    {
        var known = await Task.WhenAll(toolIds.Select(toolId => cache.FindSharedAsync((tenantId, toolId))));
        var found = ImmutableDictionary.CreateBuilder<string, RegisteredTool>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var (toolId, each) in toolIds.Zip(known))
        {
            var value = anew ? null : each.Value;
            ToolRegistryMetrics.CountLookup(value is not null);
            if (value is null) unknown.Add(toolId);
            else if (value.Tool is { } tool) found.Add(toolId, tool);
        }
        if (unknown.Count == 0) return found.ToImmutable();
        // They were looked for in turn: the first moment is before all questions.
        if (await AskAsync(tenantId, unknown, known[0].Asked, anew) is not { } tools) return null;
        foreach (var tool in tools) found[tool.Id] = tool;
        return found.ToImmutable();
    }

    private Task<ImmutableArray<RegisteredTool>?> AskAsync(string tenantId, List<string> toolIds, CacheTimestamps now, bool anew)
    {
        // No id holds a line feed. What began before something was removed is nothing to join, and who asks anew joins nobody.
        var joins = anew ? $"{Guid.NewGuid()}" : $"{now.Generation}";
        var name = string.Join('\n', [tenantId, joins, .. toolIds.Order(StringComparer.Ordinal)]);
        return _running.RunAsync(name, () => AskAndKeepAsync(tenantId, toolIds, now));
    }

    private async Task<ImmutableArray<RegisteredTool>?> AskAndKeepAsync(string tenantId, List<string> toolIds, CacheTimestamps now)
    {
        var tools = await client.ResolveAsync(tenantId, toolIds, Caller.Current?.CorrelationId ?? Guid.NewGuid().ToString("n"));
        if (tools is null) return null;
        var byId = tools.Value.ToDictionary(tool => tool.Id, StringComparer.Ordinal);
        foreach (var toolId in toolIds) cache.Set((tenantId, toolId), new(byId.GetValueOrDefault(toolId)), now);
        return tools;
    }
}
