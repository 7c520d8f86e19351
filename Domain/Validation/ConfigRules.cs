using System.Text.Json;
using AgentManagement.Configuration;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>What a configuration must mean, beyond its shape.</summary>
public static class ConfigRules
{
    public static IEnumerable<Issue> Check(AgentConfig config) =>
    [
        .. Duplicates(config.Tools?.Select(tool => tool.Id), "/config/tools", "id"),
        .. Duplicates(config.McpServers?.Select(server => server.Name), "/config/mcpServers", "name"),
        .. Duplicates(config.Guardrails?.Rules?.Select(rule => rule.Id), "/config/guardrails/rules", "id"),
        .. Handoffs(config.Handoffs),
        .. VariableDefaults(config.Instructions?.Variables),
    ];

    private static IEnumerable<Issue> Duplicates(IEnumerable<string>? names, string pointer, string member)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return (names ?? []).Select((name, index) => (name, index)).Where(item => !seen.Add(item.name)).Select(item =>
            Issue.Error("duplicate", $"{pointer}/{item.index}/{member}", $"Another item has the same {member}."));
    }

    private static IEnumerable<Issue> Handoffs(IReadOnlyList<Handoff>? handoffs) =>
        (handoffs ?? []).Select((handoff, index) => (handoff, index))
            .Where(item => item.handoff is { Version: not null, Label: not null })
            .Select(item => Issue.Error(
                "exclusive_fields", $"/config/handoffs/{item.index}", "Must name a version or a label, not both."));

    private static IEnumerable<Issue> VariableDefaults(IReadOnlyDictionary<string, VariableDeclaration>? variables) =>
        (variables ?? new Dictionary<string, VariableDeclaration>())
            .Where(variable => variable.Value.Default is { ValueKind: not JsonValueKind.Null } value && !IsOf(variable.Value.Type, value))
            .Select(variable => Issue.Error(
                "wrong_type", $"/config/instructions/variables/{variable.Key}/default", $"Must be a {variable.Value.Type}."));

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
    };
}
