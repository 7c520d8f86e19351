using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Configuration;

namespace AgentManagement.Tenants;

/// <summary>The tiers, read from the data file tiers.json.</summary>
public sealed class TierCatalog
{
    /// <summary>The tier of a tenant of which nothing else is known.</summary>
    public const string DefaultTier = "free";

    private readonly ImmutableDictionary<string, TierLimits> _tiers;

    /// <param name="maximumAgentsPerTenant">MAX_AGENTS_PER_TENANT: caps the agents of every tier.</param>
    public TierCatalog(int maximumAgentsPerTenant)
    {
        using var file = typeof(TierCatalog).Assembly.GetManifestResourceStream("AgentManagement.Tiers.tiers.json")!;
        _tiers = JsonNode.Parse(file)!.AsObject().ToImmutableDictionary(tier => tier.Key, tier => Read(tier.Key, tier.Value!));

        TierLimits Read(string name, JsonNode figures)
        {
            figures["tier"] = name;
            var limits = figures.Deserialize<TierLimits>(ContractSchema.JsonOptions)!;
            return limits with
            {
                Agents = Math.Min(limits.Agents, maximumAgentsPerTenant),
                ActiveAgents = Math.Min(limits.ActiveAgents, maximumAgentsPerTenant),
            };
        }
    }

    /// <summary>The limits of a tier; of the default tier for null or a name that is none.</summary>
    public TierLimits Find(string? tier) =>
        tier is not null && _tiers.TryGetValue(tier, out var limits) ? limits : _tiers[DefaultTier];
}
