using System.Text.Json.Serialization;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Templates;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Templates;

/// <summary>A template at one of its versions.</summary>
/// <param name="Id">Unique for the tenant; one with '_' is the system's.</param>
/// <param name="Scope">system, which nobody can change, or tenant.</param>
/// <param name="Version">1 for the first; the ETag.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">What its agents are for.</param>
/// <param name="Type">The type of the agents that it makes.</param>
/// <param name="Variables">What has to be, or may be, given to make an agent, by name.</param>
/// <param name="Config">The configuration of the agents, with variables as {{name}}.</param>
/// <param name="Tags">The tags of the agents.</param>
/// <param name="Metadata">A free object.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="UpdatedAt">When this version was made.</param>
/// <param name="UpdatedBy">Who made this version.</param>
internal sealed record TemplateResponse(
    string Id, string Scope, int Version, string Name, string? Description, string Type, JsonText Variables, JsonText Config,
    ImmutableArray<string> Tags, JsonText Metadata, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset UpdatedAt, string UpdatedBy)
{
    public static TemplateResponse Of(Template template) => new(
        template.Id, template.Scope, template.Version, template.Name, template.Description, template.Type, template.Variables,
        template.Config,
        template.Tags, template.Metadata, template.CreatedAt, template.CreatedBy, template.UpdatedAt, template.UpdatedBy);
}

/// <summary>The templates that the tenant may use.</summary>
/// <param name="Items">The system's first, then the tenant's own, each in the order of their ids.</param>
internal sealed record TemplateListResponse(ImmutableArray<TemplateSummaryResponse> Items);

/// <summary>A template in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Scope">system or tenant.</param>
/// <param name="Version">Its newest version.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">What its agents are for.</param>
/// <param name="Type">The type of the agents that it makes.</param>
/// <param name="Agents">How many agents of the tenant were made from it.</param>
/// <param name="Behind">How many of these are of an older version.</param>
/// <param name="UpdatedAt">When its newest version was made.</param>
internal sealed record TemplateSummaryResponse(
    string Id, string Scope, int Version, string Name, string? Description, string Type, int Agents, int Behind, DateTimeOffset UpdatedAt)
{
    public static TemplateSummaryResponse Of(TemplateSummary template) => new(
        template.Id, template.Scope, template.Version, template.Name, template.Description, template.Type, template.Agents, template.Behind,
        template.UpdatedAt);
}

/// <summary>What a write of a template would do, asked with <c>dryRun=true</c>. Nothing was changed.</summary>
/// <param name="Valid">Whether it would be accepted.</param>
/// <param name="Issues">Errors and warnings.</param>
/// <param name="Effect">What it would do; null when nothing, or when it is not valid.</param>
/// <param name="Referrers">The agents that were made from a template that is to go; absent when there is none.</param>
internal sealed record TemplateDryRunResponse(
    bool Valid, ImmutableArray<IssueResponse> Issues, TemplateEffectResponse? Effect,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ReferrerResponse>? Referrers = null)
{
    /// <summary>The answer to a dry run; null when the write would be refused for another reason than its content.</summary>
    public static TemplateDryRunResponse? Of(Outcome<TemplateChange> outcome) => outcome switch
    {
        { IsOk: true, Value: { } change } => new(true, IssueResponse.Of(outcome.Issues), change.Kind is null
            ? null
            : new(change.Kind, change.Template?.Version, change.Template is null ? null : TemplateResponse.Of(change.Template)),
            ReferrerResponse.Of(outcome.Referrers)),
        { Referrers.IsEmpty: false } => new(false, IssueResponse.Of(outcome.Issues), null, ReferrerResponse.Of(outcome.Referrers)),
        { Kind: OutcomeKind.Invalid } => new(false, IssueResponse.Of(outcome.Issues), null),
        _ => null,
    };
}

/// <summary>The effect that a write of a template would have.</summary>
/// <param name="Kind">template_created, template_updated or template_deleted.</param>
/// <param name="Version">The version that it would make; null for a deletion.</param>
/// <param name="Template">The template as it would be; null for a deletion.</param>
internal sealed record TemplateEffectResponse(string Kind, int? Version, TemplateResponse? Template);
