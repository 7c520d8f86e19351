namespace AgentManagement.ServiceDefaults.Hosting;

/// <summary>HEAD wherever GET is, and OPTIONS everywhere (RFC 9110, 9.3.2 and 9.3.7). Comes before routing.</summary>
public sealed class MethodsMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var method = context.Request.Method;
        return HttpMethods.IsHead(method) ? AnswerHeadAsync(context)
            : HttpMethods.IsOptions(method) ? AnswerOptionsAsync(context)
            : next(context);
    }

    /// <summary>Whether only the head of the answer will be sent.</summary>
    public static bool IsHead(HttpContext context) => context.Features.Get<Mark>() is not null;

    /// <summary>The methods of a resource, from those that routing knows.</summary>
    public static string Allowed(string? routed) =>
        (routed?.Split(", ").Contains(HttpMethods.Get) == true ? $"{routed}, {HttpMethods.Head}, " : $"{routed}, ") + HttpMethods.Options;

    /// <summary>As a GET: the server itself sends no body.</summary>
    private async Task AnswerHeadAsync(HttpContext context)
    {
        context.Features.Set(Mark.Instance);
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
        }
    }

    /// <summary>Routing has said which methods there are, and refused this one.</summary>
    private async Task AnswerOptionsAsync(HttpContext context)
    {
        await next(context);
        var response = context.Response;
        if (response is not { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false }) return;
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.Allow = Allowed(response.Headers.Allow);
    }

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }
}
