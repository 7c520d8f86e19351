using AgentManagement.Access;
using AgentManagement.Tools;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>Asks the registry for what is not known, and once for those who ask the same at the same moment.</summary>
internal sealed class CachedToolRegistry(ToolRegistryClient client, ToolCache cache) : IToolRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<ImmutableArray<RegisteredTool>?>> _running = new(StringComparer.Ordinal);

    public bool IsConfigured => true;

    public async Task<ImmutableDictionary<string, RegisteredTool>?> ResolveAsync(string tenantId, IReadOnlyCollection<string> toolIds, bool anew = false)
    {
        var found = ImmutableDictionary.CreateBuilder<string, RegisteredTool>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var toolId in toolIds)
        {
            RegisteredTool? tool = null;
            var isKnown = !anew && cache.TryFind(tenantId, toolId, out tool);
            ToolRegistryMetrics.CountLookup(isKnown);
            if (!isKnown) unknown.Add(toolId);
            else if (tool is not null) found.Add(toolId, tool);
        }
        if (unknown.Count == 0) return found.ToImmutable();
        if (await AskAsync(tenantId, unknown, anew) is not { } tools) return null;
        foreach (var tool in tools) found[tool.Id] = tool;
        return found.ToImmutable();
    }

    private Task<ImmutableArray<RegisteredTool>?> AskAsync(string tenantId, List<string> toolIds, bool anew)
    {
        var age = cache.Age;
        // No id holds a line feed. What began before something was dropped is nothing to join.
        var name = string.Join('\n', [tenantId, $"{age}", .. toolIds.Order(StringComparer.Ordinal)]);
        lock (_gate)
        {
            if (!anew && _running.TryGetValue(name, out var running)) return running;
            // Beside the grain that asks first: the others must not wait for its turns.
            var asking = Task.Run(() => AskAndKeepAsync(tenantId, toolIds, age, name));
            if (!anew) _running[name] = asking;
            return asking;
        }
    }

    private async Task<ImmutableArray<RegisteredTool>?> AskAndKeepAsync(string tenantId, List<string> toolIds, long age, string name)
    {
        try
        {
            var tools = await client.ResolveAsync(tenantId, toolIds, Caller.Current?.CorrelationId ?? Guid.NewGuid().ToString("n"));
            if (tools is null) return null;
            var byId = tools.Value.ToDictionary(tool => tool.Id, StringComparer.Ordinal);
            foreach (var toolId in toolIds) cache.Keep(tenantId, toolId, byId.GetValueOrDefault(toolId), age);
            return tools;
        }
        finally
        {
            // Before it has ended, so that nobody joins what is over.
            lock (_gate) _running.Remove(name);
        }
    }
}
