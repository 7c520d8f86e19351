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
        .. Duplicates(config.Memory?.Blocks?.Select(block => block.Label), "/config/memory/blocks", "label"),
        .. Model(config.Model),
        .. McpServers(config.McpServers),
        .. Tools(config.Tools),
        .. Handoffs(config.Handoffs),
        .. Variables(config.Instructions?.Variables),
    ];

    private static IEnumerable<Issue> Duplicates(IEnumerable<string>? names, string pointer, string member)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return (names ?? []).Select((name, index) => (name, index)).Where(item => !seen.Add(item.name)).Select(item =>
            Issue.Error("duplicate", $"{pointer}/{item.index}/{member}", $"Another item has the same {member}."));
    }

    private static IEnumerable<Issue> Model(ModelSection? model)
    {
        if (model is null) yield break;
        if (model.Inherit == true)
        {
            if (model.Provider is not null || model.Id is not null) yield return OneOf("/config/model", "inherit, or provider and id");
            yield break;
        }
        if (model.Provider is null) yield return Issue.Error("required", "/config/model/provider", "Required.");
        if (model.Id is null) yield return Issue.Error("required", "/config/model/id", "Required.");
    }

    private static IEnumerable<Issue> McpServers(IReadOnlyList<McpServer>? servers)
    {
        for (var index = 0; index < servers?.Count; index++)
        {
            var (server, pointer) = (servers[index], $"/config/mcpServers/{index}");
            if (Count(server.Url, server.Command, server.Registry) != 1) yield return OneOf(pointer, "url, command and registry");
            // Nothing said is http for an address, stdio for a command, and for a registry what that says.
            else if (server.Transport is { } transport && server.Registry is null && (transport == "stdio") != (server.Command is not null))
            {
                yield return Issue.Error(
                    "exclusive_fields", $"{pointer}/transport", "Must be stdio for a command, and for nothing else.");
            }
        }
    }

    private static IEnumerable<Issue> Tools(IReadOnlyList<ToolReference>? tools)
    {
        for (var index = 0; index < tools?.Count; index++)
        {
            var (tool, pointer) = (tools[index], $"/config/tools/{index}");
            if (tool.Invocation is { } invocation && Count(invocation.Http, invocation.Function, invocation.Client) != 1)
            {
                yield return OneOf($"{pointer}/invocation", "http, function and client");
            }
            if (tool.OpenApi is { } openApi && Count(openApi.Ref, openApi.Document) != 1)
            {
                yield return OneOf($"{pointer}/openapi", "ref and document");
            }
        }
    }

    private static IEnumerable<Issue> Handoffs(IReadOnlyList<Handoff>? handoffs)
    {
        for (var index = 0; index < handoffs?.Count; index++)
        {
            var (handoff, pointer) = (handoffs[index], $"/config/handoffs/{index}");
            if (Count(handoff.AgentId, handoff.External) != 1) yield return OneOf(pointer, "agentId and external");
            if (Count(handoff.Version, handoff.Label, handoff.External) > 1)
            {
                yield return Issue.Error("exclusive_fields", pointer, "Must name a version or a label, not both.");
            }
        }
    }

    private static IEnumerable<Issue> Variables(IReadOnlyDictionary<string, VariableDeclaration>? variables)
    {
        foreach (var (name, variable) in variables ?? new Dictionary<string, VariableDeclaration>())
        {
            var pointer = $"/config/instructions/variables/{name}";
            if (variable.Type == "enum" != variable.Choices is { Count: > 0 })
            {
                yield return Issue.Error("exclusive_fields", $"{pointer}/choices", "An enum has choices, and nothing else has.");
            }
            else if (variable.Min > variable.Max)
            {
                yield return Issue.Error("out_of_range", $"{pointer}/min", "Must not be above max.");
            }
            else if (variable.Default is { ValueKind: not JsonValueKind.Null } value && !variable.Accepts(value))
            {
                yield return Issue.Error("wrong_type", $"{pointer}/default", $"Must be a {variable.Type} that the variable can be.");
            }
        }
    }

    private static int Count(params ReadOnlySpan<object?> values)
    {
        var count = 0;
        foreach (var value in values) count += value is null ? 0 : 1;
        return count;
    }

    private static Issue OneOf(string pointer, string what) =>
        Issue.Error("exclusive_fields", pointer, $"Must have one of {what}, and only one.");
}
