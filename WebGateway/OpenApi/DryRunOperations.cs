using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>
/// Describes the dry run of a write as an operation of its own (<see cref="DryRunPathMiddleware"/>): generators make unusable types of
/// an answer that is one thing or another.
/// </summary>
internal sealed class DryRunOperations : IOpenApiDocumentTransformer
{
    private const string Ok = "200";
    private const string AnswerSuffix = "DryRunResponse";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var (path, item) in document.Paths.ToList())
        {
            var tried = new OpenApiPathItem { Operations = [] };
            foreach (var (method, operation) in item.Operations ?? [])
            {
                if (TakeDryRun(operation) is { } dryRun) tried.Operations.Add(method, dryRun);
            }
            if (tried.Operations.Count == 0) continue;
            document.Paths.Add(DryRunPathMiddleware.Prefix + path[DryRunPathMiddleware.Root.Length..], tried);
        }
        return Task.CompletedTask;
    }

    /// <summary>Takes parameter and answer of the dry run out of a write; null when it has none of its own.</summary>
    private static OpenApiOperation? TakeDryRun(OpenApiOperation write)
    {
        if (write.Responses is null || !write.Responses.TryGetValue(Ok, out var done)
            || done.Content?.TryGetValue(RequestBody.Json, out var json) is not true || json.Schema is not { } schema) return null;
        IList<IOpenApiSchema> bodies = schema is { OneOf: { Count: > 0 } choices } ? choices : [schema];
        var ofDryRun = bodies.OfType<OpenApiSchemaReference>()
            .FirstOrDefault(body => body.Reference.Id?.EndsWith(AnswerSuffix, StringComparison.Ordinal) == true);
        if (ofDryRun is null) return null;
        bodies = [.. bodies.Where(body => body != ofDryRun)];

        var answers = new OpenApiResponses
        {
            [Ok] = new OpenApiResponse
            {
                Description = "The effect.", Headers = done.Headers,
                Content = new Dictionary<string, OpenApiMediaType> { [RequestBody.Json] = new() { Schema = ofDryRun } },
            },
        };
        foreach (var (status, answer) in write.Responses.Where(answer => answer.Key[0] != '2')) answers[status] = answer;
        var dryRun = new OpenApiOperation(write)
        {
            OperationId = $"try{char.ToUpperInvariant(write.OperationId![0])}{write.OperationId[1..]}",
            Summary = $"Says what {write.OperationId} would do, and what it would be refused or warned for. Nothing is changed.",
            Description = null, Responses = answers,
            Parameters =
            [
                // The same once or often: it needs no key.
                .. Without(write, WriteConditions.DryRun.Name, WriteConditions.KeyHeader),
            ],
        };
        write.Parameters = [.. Without(write, WriteConditions.DryRun.Name)];
        if (bodies.Count == 0) write.Responses.Remove(Ok);
        else json.Schema = bodies.Count == 1 ? bodies[0] : new OpenApiSchema { OneOf = bodies };
        return dryRun;
    }

    private static IEnumerable<IOpenApiParameter> Without(OpenApiOperation operation, params string[] names) =>
        (operation.Parameters ?? []).Where(parameter => !names.Contains(parameter.Name));
}
