using AgentManagement.Outcomes;

namespace AgentManagement.Grains.Storage;

/// <summary>Reads who refers to what. It never writes.</summary>
public interface IReferenceStore
{
    /// <summary>
    /// Who refers to something, at most one more than <see cref="Domain.Outcomes.UseRules.MaxReferrers"/>: to an agent the agents that hand
    /// over to it, to a template those that were made from it, none of them archived; to a file the agents and templates of which a kept
    /// version mentions it.
    /// </summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="reference">As <see cref="Domain.Agents.AgentReferences"/> names it.</param>
    Task<ImmutableArray<Referrer>> ReadReferrersAsync(string tenantId, string reference);
}
