using AgentManagement.Configuration;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Configuration;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Internal;
using AgentManagement.WebGateway.Problems;
using AgentManagement.WebGateway.Tasks;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>Title, bearer tokens, and the schemas that no operation names.</summary>
internal sealed class DocumentDescription : IOpenApiDocumentTransformer
{
    public const string BearerScheme = "bearer";

    public async Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "Agent Management Service";
        document.Info.Description = "The multi-tenant source of truth for the definitions of AI agents.";
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.AddComponent(BearerScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = BearerScheme, BearerFormat = "JWT",
        });
        document.AddComponent(nameof(AgentConfig), ContractSchemas.Read(ContractSchema.AgentConfig, document));
        // Only now, as the generator follows references while it makes the other schemas.
        foreach (var schema in (string[])[nameof(AgentResponse), nameof(AgentContent), nameof(ConfigurationResponse), nameof(ExportLine)])
        {
            NamedWords.ReferTo(nameof(AgentConfig), schema, "config", document);
        }
        NamedWords.AddTo(document);
        await DescribeEventsAsync(document, context, cancellationToken);
        document.AddComponent("Problem", await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellationToken));
    }

    /// <summary>What an event is about has a shape for each thing that changes; notices have others.</summary>
    private static async Task DescribeEventsAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var shapes = new List<IOpenApiSchema>();
        foreach (var type in EventMessage.DataTypes)
        {
            document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellationToken));
            shapes.Add(new OpenApiSchemaReference(type.Name, document));
        }
        shapes.Add(new OpenApiSchema { Type = JsonSchemaType.Object, Description = "Of a notice; see docs/changes.md." });
        ((OpenApiSchema)document.Components!.Schemas![nameof(EventMessage)]).Properties!["data"] = new OpenApiSchema
        {
            AnyOf = shapes, Description = "What changed, and how.",
        };
    }
}
