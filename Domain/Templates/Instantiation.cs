using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Templates;

namespace AgentManagement.Domain.Templates;

/// <summary>The content that a template makes of values and customizations.</summary>
public static class Instantiation
{
    /// <summary>The parts of the agent's content; or Invalid, by pointers into variables and customizations.</summary>
    /// <param name="template">The template, at the version that the agent is made from.</param>
    /// <param name="name">The agent's own name.</param>
    /// <param name="variables">Values, as they were given.</param>
    /// <param name="customizations">What is to differ.</param>
    /// <param name="isNew">Whether the customizations are new, and so must fit the template.</param>
    public static Outcome<AgentParts> Make(Template template, string name, JsonText variables, JsonText customizations, bool isNew)
    {
        var values = TemplateVariables.Resolve(template.Variables, variables);
        Issue[] issues = [.. values.Issues, .. isNew ? CustomizationRules.Check(customizations, template.Config) : []];
        if (!values.IsOk || issues.Length > 0) return Outcome.Invalid<AgentParts>(issues);
        return Render(template, name, values.Value) is { } parts
            ? Outcome.Ok(parts with { Config = CustomizationRules.Apply(parts.Config, customizations) })
            : Outcome.Invalid<AgentParts>(
                [Issue.Error("too_large", "/variables", "With these values the content is larger than an agent's may be.")]);
    }

    /// <summary>The parts with values put in; null when they are too large.</summary>
    public static AgentParts? Render(Template template, string name, IReadOnlyDictionary<string, JsonElement> values) =>
        TemplateRendering.Render(template.Config, values) is { } config
            ? new(name, template.Description is { } text ? TemplateRendering.Render(text, values) : null, template.Type, config,
                template.Tags, JsonText.EmptyObject, Appearance: null)
            : null;

    /// <summary>The parts as a client would send them for a new agent.</summary>
    public static JsonText ToContent(AgentParts parts, string? id)
    {
        if (id is null) return parts.ToContent();
        var content = parts.ToContent().Text;
        return new JsonText($"{{\"id\":{JsonValue.Create(id).ToJsonString()},{content[1..]}");
    }

    /// <summary>Values with others put over them; null takes one away.</summary>
    public static JsonText Overlay(JsonText variables, JsonText changes) => StrictJson.Compact(JsonSerializer.SerializeToElement(
        MergePatch.Apply(JsonNode.Parse(variables.Text), JsonNode.Parse(changes.Text))));
}
