using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Http;

/// <summary>The query parameters that every list has, as the parameter of a handler whose list has no filters.</summary>
internal sealed record PageQuery(int Limit, string? Cursor) : IBindableFromHttpContext<PageQuery>, IEndpointParameterMetadataProvider
{
    public static readonly QueryParameter<int> LimitParameter =
        QueryParameter.Number("limit", "Most items of the page.", 1, 200, fallback: 50);

    public static readonly QueryParameter<string?> CursorParameter =
        QueryParameter.Text("cursor", "The nextCursor of the page before; opaque.", maxCharacters: 4_096);

    public static ValueTask<PageQuery?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<PageQuery?>(new(LimitParameter.Read(context), CursorParameter.Read(context)));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(LimitParameter);
        builder.Metadata.Add(CursorParameter);
    }
}
