using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Http;

/// <summary>The query parameters of a list that has no filters, as a handler's parameter.</summary>
internal sealed record PageQuery(int Limit, string? Cursor) : IBindableFromHttpContext<PageQuery>, IEndpointParameterMetadataProvider
{
    public static ValueTask<PageQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var read = new QueryReader(context.Request.Query);
        return ValueTask.FromResult<PageQuery?>(new(Paging.ReadLimit(read), Paging.ReadCursor(read)));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(Paging.Limit);
        builder.Metadata.Add(Paging.Cursor);
    }
}
