using System.Text.Json.Nodes;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Configuration;
using AgentManagement.Domain.Changes;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.Templates;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Audit;
using AgentManagement.WebGateway.Internal;
using AgentManagement.WebGateway.Tasks;
using AgentManagement.WebGateway.Templates;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>Members that have one of a few words, as schemas with a name: generated clients have a type for each.</summary>
/// <remarks>A tier is none of them: TIERS_FILE may name others.</remarks>
internal static class NamedWords
{
    private static readonly (string Name, ImmutableArray<string> Words, ImmutableArray<(string Schema, string Member)> Places)[] All =
    [
        (nameof(AgentType), AgentType.All,
        [
            (nameof(AgentResponse), "type"), (nameof(AgentSummaryResponse), "type"), (nameof(ConfigurationResponse), "type"),
            (nameof(TemplateResponse), "type"), (nameof(TemplateSummaryResponse), "type"), (nameof(ExportLine), "type"),
            (nameof(AgentContent), "type"), (nameof(TemplateContent), "type"),
        ]),
        (nameof(AgentStatus), AgentStatus.All,
        [
            (nameof(AgentResponse), "status"), (nameof(AgentSummaryResponse), "status"), (nameof(ConfigurationResponse), "status"),
            (nameof(ExportLine), "status"),
        ]),
        (nameof(ChangeKind), ChangeKind.All,
        [
            (nameof(VersionResponse), "kind"), (nameof(AuditRecordResponse), "kind"), (nameof(EffectResponse), "kind"),
            (nameof(TemplateEffectResponse), "kind"),
        ]),
        ("EventName", EventMessage.Names, [(nameof(EventMessage), "event")]),
        (nameof(TaskKind), TaskKind.All, [(nameof(TaskResponse), "kind")]),
        ("TaskStatus", TaskStatusName.All, [(nameof(TaskResponse), "status")]),
        (nameof(TemplateScope), TemplateScope.All, [(nameof(TemplateResponse), "scope"), (nameof(TemplateSummaryResponse), "scope")]),
        (nameof(IssueSeverity), ["error", "warning"], [(nameof(IssueResponse), "severity")]),
        ("DifferenceOperation", DiffOperation.All, [(nameof(DifferenceResponse), "op")]),
    ];

    /// <summary>Adds the schemas and has the members refer to them.</summary>
    public static void AddTo(OpenApiDocument document)
    {
        foreach (var (name, words, places) in All)
        {
            var schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)word)] };
            document.AddComponent(name, schema);
            foreach (var (owner, member) in places) ReferTo(name, owner, member, document);
        }
    }

    /// <summary>Has a member refer to a schema, with its own description.</summary>
    /// <exception cref="InvalidOperationException">There is no such member.</exception>
    public static void ReferTo(string name, string schema, string member, OpenApiDocument document)
    {
        if (document.Components?.Schemas is not { } schemas || !schemas.TryGetValue(schema, out var owner)
            || owner.Properties is not { } members || !members.TryGetValue(member, out var own))
        {
            throw new InvalidOperationException($"The schema {schema} has no {member}.");
        }
        members[member] = new OpenApiSchemaReference(name, document) { Description = own.Description };
    }
}
