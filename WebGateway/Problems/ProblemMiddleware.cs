using AgentManagement.ClusterClient;
using Microsoft.AspNetCore.Http.Features;

namespace AgentManagement.WebGateway.Problems;

/// <summary>Turns exceptions, and answers of 400 and above that have no body, into problems.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ProblemTranslation problems)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            var response = context.Response;
            if (response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 })
            {
                await StatusProblems.Of(response.StatusCode).ExecuteAsync(context);
            }
        }
        catch (Exception exception) when (
            context.RequestAborted.IsCancellationRequested && exception is (OperationCanceledException or GrainCallException))
        {
            // Nobody reads the answer; the status is for the access log.
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var refused = problems.Of(exception);
            // So that a planned window is not taken for a failure of the service.
            if (refused.Code == ProblemTranslation.Maintenance)
            {
                context.Features.Get<IHttpMetricsTagsFeature>()?.Tags
                    .Add(new("refused", ProblemTranslation.Maintenance));
            }
            context.Response.Clear();
            await refused.ExecuteAsync(context);
        }
    }
}
