using AgentManagement.Domain.Tools;
using AgentManagement.Grains.Tools;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>Stands where TOOL_REGISTRY_URL is not set, as in development.</summary>
internal sealed class NoToolRegistry : IToolRegistry
{
    public bool IsConfigured => false;

    public Task<ImmutableDictionary<string, RegisteredTool>?> ResolveAsync(
        string tenantId, IReadOnlyCollection<string> toolIds, bool anew = false) =>
        throw new InvalidOperationException("There is no Tool Registry.");
}
