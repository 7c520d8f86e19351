using System.Reflection;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Files;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.WebGateway.Files;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>A tenant as lines: its files, and then the agents that may refer to them.</summary>
internal sealed class ExportedTenant(
    string tenantId, Page<StoredFile> firstFiles, Func<string, Task<Outcome<Page<StoredFile>>>> readFiles, IBlobStore store,
    PagesAsLines<Agent, ExportLine> agents) : IResult, IEndpointMetadataProvider
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, aborted) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = RequestBody.Lines;
        if (MethodsMiddleware.IsHead(httpContext)) return;
        for (var page = firstFiles; ;)
        {
            foreach (var file in page.Items)
            {
                var line = await FileExportLine.ReadAsync(tenantId, file, store, aborted);
                await JsonSerializer.SerializeAsync(response.Body, line, JsonFormat.Options, aborted);
                await response.Body.WriteAsync("\n"u8.ToArray(), aborted);
            }
            if (page.NextCursor is not { } cursor) break;
            var next = await readFiles(cursor);
            page = next.IsOk ? next.Value : throw new InvalidOperationException($"The next page was refused: {next.Code}.");
        }
        await agents.ExecuteAsync(httpContext);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(ExportLine), [RequestBody.Lines]));
}
