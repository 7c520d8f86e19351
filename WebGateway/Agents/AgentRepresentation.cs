using System.Reflection;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Agents;

/// <summary>An agent as it is answered, written once for all who read it. It never changes.</summary>
internal sealed class AgentRepresentation(Agent agent, Guid mark) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    private const string ContentType = "application/json; charset=utf-8";

    private readonly byte[] _body = JsonSerializer.SerializeToUtf8Bytes(AgentResponse.Of(agent), JsonFormat.Options);

    /// <summary>What its grain calls it.</summary>
    public Guid Mark { get; } = mark;

    /// <summary>The ETag of its version.</summary>
    public string Tag { get; } = EntityTag.Of(agent.Version);

    /// <summary>How long its body is, in bytes.</summary>
    public int Length => _body.Length;

    public int? StatusCode => StatusCodes.Status200OK;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.ContentLength = _body.Length;
        // Without a token: the server writes into memory of its own, and would have to make the token for it.
        return response.Body.WriteAsync(_body).AsTask();
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(
        new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(AgentResponse), [RequestBody.Json]));
}
