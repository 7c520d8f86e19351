using AgentManagement.ServiceDefaults.Hosting;

namespace AgentManagement.WebGateway.Http;

/// <summary>The headers that every answer has.</summary>
internal sealed class ResponseHeadersMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        // At the last moment: an answer that turns into a problem on the way is cleared before.
        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            var headers = context.Response.Headers;
            headers[CorrelationId.HeaderName] = CorrelationId.Of(context);
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            // What the API answers is data: a browser that is made to show it runs and loads nothing. The documentation is a page.
            if (headers.ContentSecurityPolicy.Count == 0
                && context.Response.ContentType?.StartsWith("application/",
                StringComparison.Ordinal) == true) headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            // Agents of two tenants can have one address and one ETag: a browser that kept the one would show it in place of the other,
            // also with Vary, as it trusts in the ETag (docs/http.md).
            if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
            DescribeWhatIsTaken(context);
            return Task.CompletedTask;
        }, context);
        return next(context);
    }

    /// <summary>What a request that was not taken, or asked about, may be instead.</summary>
    private static void DescribeWhatIsTaken(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        switch (response.StatusCode)
        {
            case StatusCodes.Status405MethodNotAllowed when response.Headers.Allow is [{ } routed]:
                response.Headers.Allow = MethodsMiddleware.Allowed(routed);
                break;
            case StatusCodes.Status415UnsupportedMediaType when request.Headers.ContentEncoding.Count > 0:
                response.Headers.AcceptEncoding = RequestBody.Identity;
                break;
            case StatusCodes.Status415UnsupportedMediaType when HttpMethods.IsPatch(request.Method):
            case StatusCodes.Status204NoContent when HttpMethods.IsOptions(request.Method)
                && response.Headers.Allow is [{ } allowed] && allowed.Contains(HttpMethods.Patch, StringComparison.Ordinal):
                response.Headers["Accept-Patch"] = RequestBody.MergePatch;
                break;
        }
    }
}
