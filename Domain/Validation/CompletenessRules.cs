using AgentManagement.Configuration;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>What a live agent cannot be without; a draft is only warned.</summary>
public static class CompletenessRules
{
    public static IEnumerable<Issue> Check(AgentConfig config, IssueSeverity severity)
    {
        if (config.Model is null) yield return Missing("/config/model", severity);
        if (config.Instructions is null) yield return Missing("/config/instructions", severity);
        else if (string.IsNullOrWhiteSpace(config.Instructions.Template)) yield return Missing("/config/instructions/template", severity);
    }

    private static Issue Missing(string pointer, IssueSeverity severity) =>
        new(severity, "required_for_activation", pointer, "Required for an active agent.");
}
