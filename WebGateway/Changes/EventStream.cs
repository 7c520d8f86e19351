using System.Net.ServerSentEvents;
using System.Reflection;
using AgentManagement.Domain.Changes;
using AgentManagement.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Changes;

/// <summary>Server-sent events as an answer, described as what they hold.</summary>
internal sealed class EventStream(IAsyncEnumerable<SseItem<object>> events) : IResult, IEndpointMetadataProvider
{
    public const string MediaType = "text/event-stream";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        // Proxies that buffer would hold events back.
        httpContext.Response.Headers["X-Accel-Buffering"] = "no";
        if (MethodsMiddleware.IsHead(httpContext))
        {
            httpContext.Response.ContentType = MediaType;
            return Task.CompletedTask;
        }
        return TypedResults.ServerSentEvents(events).ExecuteAsync(httpContext);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(EventMessage), [MediaType]));
}
