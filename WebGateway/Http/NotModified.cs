using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Http;

/// <summary>304: the client's copy is current.</summary>
internal sealed class NotModified : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    private static readonly NotModified Instance = new();

    public int? StatusCode => StatusCodes.Status304NotModified;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    /// <summary>Sets the ETag of a version; the answer when the client has it already, else null.</summary>
    public static NotModified? IfKnown(HttpContext http, int version) => IfKnown(http, EntityTag.Of(version));

    /// <summary>Sets an ETag; the answer when the client has what it names already, else null.</summary>
    public static NotModified? IfKnown(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        return EntityTag.IsNamedIn(http.Request.Headers.IfNoneMatch, tag) ? Instance : null;
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));
        builder.Metadata.Add(RequestParameter.Header("If-None-Match", "ETags of the copies that the client has: 304 when one is current."));
    }
}
