using AgentManagement.WebGateway.Limits;

namespace AgentManagement.WebGateway.Http;

/// <summary>
/// Reads the whole body of a request before anything is done for it, so that one that never ends costs no more than the memory it has
/// filled. That is bounded, and the server bounds the time.
/// </summary>
internal sealed class BodyMiddleware(RequestDelegate next, BodyMemory memory)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<BodyMetadata>() is { IsStreamed: false } body
            ? ReadAsync(context, body) : next(context);

    private async Task ReadAsync(HttpContext context, BodyMetadata body)
    {
        using var reservation = memory.Open(context);
        reservation.Bytes = await RequestBody.ReadUtf8Async(context, body.MediaType, reservation);
        context.Features.Set(reservation);
        await next(context);
    }
}
