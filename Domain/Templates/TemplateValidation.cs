using System.Text.Json;
using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Validation;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Templates;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Templates;

/// <summary>The validation of a template: its own shape, and that what it makes is valid content of an agent.</summary>
public static class TemplateValidation
{
    private static readonly SchemaValidator Schema = new(ContractSchema.TemplateContent);

    // What the answer with a template has beside its content.
    private static readonly ReadOnlyMembers ReadOnly = new("scope", "version", "createdAt", "createdBy", "updatedAt", "updatedBy");

    /// <summary>The template without version and times, with warnings; or Invalid with everything that is wrong.</summary>
    /// <param name="content">The body as the client sent it.</param>
    /// <param name="templateId">The id that the content must have if it names one.</param>
    /// <param name="limits">The tenant's tier.</param>
    /// <param name="current">The template that it is to be the content of; null for a new one.</param>
    public static Outcome<TemplateDocument> Check(JsonText content, string templateId, TierLimits limits, TemplateDocument? current = null)
    {
        var (element, readOnly) = ReadOnly.PassOver(StrictJson.Parse(content), () => ReadOnlyOf(current));
        var issues = Schema.Check(element);
        if (!issues.IsEmpty) return Outcome.Invalid<TemplateDocument>([.. readOnly, .. issues]);

        var typed = element.Deserialize<TemplateContent>(ContractSchema.JsonOptions)!;
        var template = Read(element, templateId);
        var found = new List<Issue>(readOnly);
        if (typed.Id is { } id && id != templateId) found.Add(Issue.Error("immutable_field", "/id", "The id of a template cannot change."));
        found.AddRange(DefaultsOfWrongType(typed));
        // With values of the wrong type, what is made of them says nothing.
        if (found.Count == 0) found.AddRange(CheckAgent(template, limits));

        return found.Exists(issue => issue.Severity == IssueSeverity.Error)
            ? Outcome.Invalid<TemplateDocument>(found)
            : Outcome.Ok(template, found);
    }

    private static Dictionary<string, object?> ReadOnlyOf(TemplateDocument? template) =>
        template is null ? [] : new(StringComparer.Ordinal)
        {
            ["scope"] = TemplateScope.Of(template.Id), ["version"] = template.Version, ["createdAt"] = template.CreatedAt,
            ["createdBy"] = template.CreatedBy, ["updatedAt"] = template.UpdatedAt, ["updatedBy"] = template.UpdatedBy,
        };

    private static IEnumerable<Issue> DefaultsOfWrongType(TemplateContent content) =>
        (content.Variables ?? new Dictionary<string, VariableDeclaration>())
            .Where(variable => variable.Value.Default is { ValueKind: not JsonValueKind.Null } value && !variable.Value.Accepts(value))
            .Select(variable => Issue.Error(
                "wrong_type", $"{JsonPointer.Append("/variables", variable.Key)}/default", $"Must be a {variable.Value.Type}."));

    private static ImmutableArray<Issue> CheckAgent(TemplateDocument template, TierLimits limits) =>
        Instantiation.Render(template.ToTemplate(), template.Name, TemplateVariables.Samples(template.Variables)) is { } parts
            ? ContentValidation.Check(parts.ToContent(), agentId: null, limits, mustBeComplete: false).Issues
            : [Issue.Error("too_large", "/config", "With its defaults the content is larger than an agent's may be.")];

    private static TemplateDocument Read(JsonElement content, string templateId) => new()
    {
        Id = templateId, Version = 0,
        Name = content.Text("name")!, Description = content.Text("description"), Type = content.Text("type")!,
        Variables = content.Member("variables") is { } variables ? StrictJson.Compact(variables) : JsonText.EmptyObject,
        Config = StrictJson.Compact(content.GetProperty("config")),
        Tags = [.. content.Items("tags").Select(tag => tag.GetString()!)],
        Metadata = content.Member("metadata") is { } metadata ? StrictJson.Compact(metadata) : JsonText.EmptyObject,
        CreatedAt = default, CreatedBy = "", UpdatedAt = default, UpdatedBy = "",
    };
}
