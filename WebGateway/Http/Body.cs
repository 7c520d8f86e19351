using System.Reflection;
using AgentManagement.Json;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Http;

/// <summary>The body of a request as a handler's parameter.</summary>
internal sealed record Body<T>(T Value, JsonText Text) : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
    where T : IBody<T>
{
    /// <exception cref="RefusedException">400, 413, 415 or 422.</exception>
    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var text = await RequestBody.ReadAsync(context, T.MediaType);
        if (text is null && T.IsRequired) throw new RefusedException(Refused.Malformed("body_required", "The request must have a body."));
        var reader = new BodyReader(text ?? JsonText.EmptyObject);
        var value = T.Read(reader);
        reader.Finish();
        return new Body<T>(value, text ?? JsonText.EmptyObject);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new BodyMetadata(typeof(T), T.MediaType, T.IsRequired));
}
