using System.Text.Json;
using AgentManagement.Configuration;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Configuration;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Validation;

/// <summary>The one validation of an agent's content, the same for every write: shape, meaning, tier, completeness.</summary>
public static class ContentValidation
{
    private static readonly SchemaValidator Schema = new(ContractSchema.AgentContent);

    /// <summary>The content by its fields; null when it does not have the shape of content.</summary>
    public static AgentContent? Read(JsonText content)
    {
        var element = StrictJson.Parse(content);
        return Schema.Check(element).IsEmpty ? element.Deserialize<AgentContent>(ContractSchema.JsonOptions) : null;
    }

    /// <summary>What is wrong with the shape of content, whatever it means.</summary>
    public static ImmutableArray<Issue> CheckShape(JsonElement content) => Schema.Check(content);

    /// <summary>The content split into its parts, with warnings; or Invalid with everything that is wrong.</summary>
    /// <param name="content">The body as the client sent it.</param>
    /// <param name="agentId">The id that the content must have if it names one; null when there is none yet.</param>
    /// <param name="limits">The tenant's tier.</param>
    /// <param name="mustBeComplete">Whether everything must be there that a live agent needs.</param>
    /// <param name="current">The agent that it is to be the content of; null for a new one.</param>
    /// <param name="defaultModel">The tenant's model of agents that name none; null for none.</param>
    public static Outcome<AgentParts> Check(
        JsonText content, string? agentId, TierLimits limits, bool mustBeComplete, AgentDocument? current = null,
        DefaultModel? defaultModel = null)
    {
        var (element, readOnly) = AgentReadOnly.Members.PassOver(StrictJson.Parse(content), () => AgentReadOnly.Of(current));
        // Whatever its shape: a credential is told of first, and no pointer goes through its name.
        var secrets = SecretRules.Check(element);
        var issues = Schema.Check(element);
        // Content of the wrong shape has no meaning to look into.
        if (!issues.IsEmpty)
        {
            return Outcome.Invalid<AgentParts>([.. secrets, .. readOnly, .. issues.Where(issue => !SecretRules.Hides(secrets, issue))]);
        }

        var typed = element.Deserialize<AgentContent>(ContractSchema.JsonOptions)!;
        var found = new List<Issue>(readOnly);
        if (typed.Id is { } id && agentId is not null && id != agentId)
        {
            found.Add(Issue.Error("immutable_field", "/id", "The id of an agent cannot change."));
        }
        found.AddRange(TextRules.Check(typed));
        found.AddRange(ConfigRules.Check(typed.Config));
        found.AddRange(AddressRules.Check(typed.Config));
        found.AddRange(JsonSchemaRules.Check(typed.Config));
        found.AddRange(VariableRules.Check(typed.Config, ContentTexts.Of(element)));
        found.AddRange(TierRules.Check(typed.Config, limits));
        found.AddRange(CompletenessRules.Check(
            typed.Config, mustBeComplete ? IssueSeverity.Error : IssueSeverity.Warning, limits, defaultModel));

        found.RemoveAll(issue => SecretRules.Hides(secrets, issue));
        // Of an address the other code says more.
        secrets = secrets.RemoveAll(secret => found.Exists(
            issue => issue.Code == AddressRules.Credentials && issue.Pointer == secret.Pointer));
        found.InsertRange(0, secrets);
        return found.Exists(issue => issue.Severity == IssueSeverity.Error)
            ? Outcome.Invalid<AgentParts>(found)
            : Outcome.Ok(AgentParts.Read(element), found);
    }
}
