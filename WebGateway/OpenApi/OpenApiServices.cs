using AgentManagement.Json;
using Microsoft.AspNetCore.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

internal static class OpenApiServices
{
    /// <summary>The OpenAPI document, made from the endpoints.</summary>
    public static void AddApiDescription(this IServiceCollection services) => services
        .AddSingleton<ApiDocument>().AddOpenApi(ApiDocument.Name, options =>
    {
        // Any JSON: there is nothing to refer to.
        options.CreateSchemaReferenceId = type =>
            type.Type == typeof(JsonText) || type.Type == typeof(JsonText?) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        options.AddDocumentTransformer<DocumentDescription>();
        options.AddDocumentTransformer<DryRunOperations>();
        options.AddOperationTransformer<OperationDescription>();
        options.AddOperationTransformer<AnswerDescription>();
        options.AddSchemaTransformer<SchemaDescription>();
    });

    /// <summary>Serves the document and, from the assembly's own files, a page to read it and try it out.</summary>
    public static void MapApiDescription(this IEndpointRouteBuilder root)
    {
        root.MapGet($"/openapi/{ApiDocument.Name}.json", ApiDocument.GetAsync).AllowAnonymous().ExcludeFromDescription();
        root.MapSwaggerUI("docs", page =>
        {
            page.SwaggerEndpoint($"/openapi/{ApiDocument.Name}.json", "Agent Management Service");
            page.DocumentTitle = "Agent Management Service";
        }).AllowAnonymous();
    }
}
