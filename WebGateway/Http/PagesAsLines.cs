using System.Reflection;
using System.Text.Json;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Http;

/// <summary>All pages of a list as NDJSON, one of them in memory at a time.</summary>
/// <remarks>A failure after the first page breaks the connection off: an answer that only looks whole would be worse.</remarks>
internal sealed class PagesAsLines<TItem, TLine>(
    Page<TItem> first, Func<string, Task<Outcome<Page<TItem>>>> read, Func<TItem, TLine> toLine) : IResult, IEndpointMetadataProvider
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, aborted) = (httpContext.Response, httpContext.RequestAborted);
        // Other lines may have gone before.
        if (!response.HasStarted) response.ContentType = RequestBody.Lines;
        if (MethodsMiddleware.IsHead(httpContext)) return;
        var page = first;
        while (true)
        {
            foreach (var item in page.Items)
            {
                await JsonSerializer.SerializeAsync(response.Body, toLine(item), JsonFormat.Options, aborted);
                await response.Body.WriteAsync("\n"u8.ToArray(), aborted);
            }
            await response.Body.FlushAsync(aborted);
            if (page.NextCursor is not { } cursor) return;
            var next = await read(cursor);
            page = next.IsOk ? next.Value : throw new InvalidOperationException($"The next page was refused: {next.Code}.");
        }
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TLine), [RequestBody.Lines]));
}
