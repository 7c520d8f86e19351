using AgentManagement.Configuration;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Validation;

/// <summary>What a live agent cannot be without; a draft is only warned.</summary>
public static class CompletenessRules
{
    /// <param name="config">The configuration.</param>
    /// <param name="severity">Whether the agent is to be live.</param>
    /// <param name="limits">The tenant's tier, whose models the default has to be one of, too.</param>
    /// <param name="defaultModel">The tenant's model of agents that name none; null for none.</param>
    public static IEnumerable<Issue> Check(AgentConfig config, IssueSeverity severity, TierLimits limits, DefaultModel? defaultModel)
    {
        if (config.Model is null or { Inherit: true })
        {
            if (defaultModel is null) yield return Missing("/config/model", severity);
            else if (!TierRules.Allows(ModelNames.Of(defaultModel.Provider, defaultModel.Id), limits))
            {
                yield return new(severity, "tier_model", "/config/model", $"The tier '{limits.Tier}' does not include the default model.");
            }
        }
        if (config.Instructions is null) yield return Missing("/config/instructions", severity);
        else if (string.IsNullOrWhiteSpace(config.Instructions.Template)) yield return Missing("/config/instructions/template", severity);
    }

    private static Issue Missing(string pointer, IssueSeverity severity) =>
        new(severity, "required_for_activation", pointer, "Required for an active agent.");
}
