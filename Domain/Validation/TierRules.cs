using AgentManagement.Configuration;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Validation;

/// <summary>What the tenant's tier allows a configuration.</summary>
public static class TierRules
{
    public static IEnumerable<Issue> Check(AgentConfig config, TierLimits limits)
    {
        if (config.Tools?.Count > limits.Tools) yield return Over("/config/tools", limits, limits.Tools, "tools");
        if (config.McpServers?.Count > limits.McpServers)
        {
            yield return Over("/config/mcpServers", limits, limits.McpServers, "MCP servers");
        }
        var (collections, sources) = (config.Knowledge?.Collections?.Count ?? 0, config.Knowledge?.Sources?.Count ?? 0);
        if (collections + sources > limits.Collections)
        {
            yield return Over(
                sources == 0 ? "/config/knowledge/collections" : "/config/knowledge/sources", limits, limits.Collections, "collections");
        }
        if (config.Instructions?.Template.EnumerateRunes().Count() > limits.InstructionCharacters)
        {
            yield return Over("/config/instructions/template", limits, limits.InstructionCharacters, "characters of instructions");
        }
        if (config.Model is { Provider: { } provider, Id: { } id } && !Allows(ModelNames.Of(provider, id), limits))
        {
            yield return Model("/config/model/id", limits);
        }
        for (var index = 0; index < config.Model?.Fallbacks?.Count; index++)
        {
            var fallback = config.Model.Fallbacks[index];
            if (!Allows(ModelNames.Of(fallback.Provider, fallback.Id), limits))
            {
                yield return Model($"/config/model/fallbacks/{index}/id", limits);
            }
        }
    }

    /// <summary>Whether a model, as <c>provider/id</c>, is one of the tier's.</summary>
    public static bool Allows(string model, TierLimits limits) => limits.Models.Any(allowed => allowed.EndsWith('*')
        ? model.StartsWith(allowed[..^1], StringComparison.Ordinal)
        : model == allowed);

    private static Issue Over(string pointer, TierLimits limits, int figure, string what) =>
        Issue.Error("tier_limit", pointer, $"The tier '{limits.Tier}' allows {figure} {what}.");

    private static Issue Model(string pointer, TierLimits limits) =>
        Issue.Error("tier_model", pointer, $"The tier '{limits.Tier}' does not include this model.");
}
