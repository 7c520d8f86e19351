using System.Reflection;
using System.Text.Json;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Audit;

/// <summary>The whole change log as NDJSON, a page of it in memory at a time.</summary>
/// <remarks>A failure after the first page breaks the connection off: an answer that only looks whole would be worse.</remarks>
internal sealed class AuditLines(ChangeQuery query, Page<ChangeRecord> first, CallerGrains grains) : IResult, IEndpointMetadataProvider
{
    public const string MediaType = "application/x-ndjson";

    /// <summary>Changes that are asked for at once.</summary>
    public const int PageSize = 500;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, aborted) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = MediaType;
        for (var page = first; ; page = await NextAsync(page.NextCursor))
        {
            foreach (var change in page.Items)
            {
                await JsonSerializer.SerializeAsync(response.Body, AuditRecordResponse.Of(change), JsonFormat.Options, aborted);
                await response.Body.WriteAsync("\n"u8.ToArray(), aborted);
            }
            await response.Body.FlushAsync(aborted);
            if (page.NextCursor is null) return;
        }
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(AuditRecordResponse), [MediaType]));

    private async Task<Page<ChangeRecord>> NextAsync(string? cursor)
    {
        var outcome = await grains.CatalogAsync(catalog => catalog.ListChangesAsync(query with { Cursor = cursor }));
        return outcome.IsOk ? outcome.Value! : throw new InvalidOperationException($"The next page was refused: {outcome.Code}.");
    }
}
