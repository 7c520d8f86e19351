namespace AgentManagement.WebGateway.Http;

/// <summary>
/// The writes with <c>dryRun=true</c> under addresses of their own, so that clients made from the OpenAPI document have one answer for each
/// operation. Comes before routing.
/// </summary>
internal sealed class DryRunPathMiddleware(RequestDelegate next)
{
    public const string Root = "/api/v1";
    public const string Prefix = $"{Root}/dry-run";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal, out var rest) && rest.HasValue)
        {
            request.Path = new PathString(Root).Add(rest);
            // Where the query has the parameter, too, it comes twice, and where the endpoint has none, it is not known: both are refused.
            request.QueryString = request.QueryString.Add(WriteConditions.DryRun.Name, "true");
        }
        return next(context);
    }
}
