using AgentManagement.Domain.Tools;

namespace AgentManagement.Grains.Tools;

/// <summary>The service that knows which tools there are. Nothing of it is kept here but what is cached for minutes.</summary>
public interface IToolRegistry
{
    /// <summary>Whether there is one; without it tools are not checked.</summary>
    bool IsConfigured { get; }

    /// <summary>What the registry says of tools. Answers within two seconds.</summary>
    /// <param name="tenantId">For whom: tenants need not see the same tools.</param>
    /// <param name="toolIds">Which; each at most once.</param>
    /// <param name="anew">Whether to ask it whatever is cached.</param>
    /// <returns>The tools that there are, by their ids; null when the registry cannot be asked.</returns>
    Task<ImmutableDictionary<string, RegisteredTool>?> ResolveAsync(
        string tenantId, IReadOnlyCollection<string> toolIds, bool anew = false);
}
