using System.Reflection;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Http;

/// <summary>The body of a request as a handler's parameter.</summary>
internal sealed record Body<T>(T Value, JsonText Text) : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
    where T : IBody<T>
{
    private static readonly BodyMetadata Description = T.Description;

    /// <exception cref="ProblemException">400 or 422.</exception>
    public static ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var text = RequestBody.Parse(context.Features.GetRequiredFeature<BodyReservation>().Bytes);
        // Clients that are made from the document send it where the body is optional.
        if (!T.IsRequired && text is { Text: "null" }) text = null;
        if (text is null && T.IsRequired) throw new ProblemException(Problem.Malformed("body_required", "The request must have a body."));
        var body = T.Read(text ?? JsonText.EmptyObject);
        return body.IsOk ? new(new Body<T>(body.Value, text ?? JsonText.EmptyObject)) : throw new ProblemException(Problem.For(body));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(Description);
}
