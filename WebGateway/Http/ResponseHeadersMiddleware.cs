namespace AgentManagement.WebGateway.Http;

/// <summary>The headers that every answer has.</summary>
internal sealed class ResponseHeadersMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        // At the last moment: an answer that turns into a problem on the way is cleared before.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers[CorrelationId.HeaderName] = CorrelationId.Of(context);
            headers.XContentTypeOptions = "nosniff";
            if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(context);
    }
}
