using AgentManagement.Access;
using AgentManagement.ClusterClient;
using AgentManagement.Operations;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.AspNetCore.Http.Features;

namespace AgentManagement.WebGateway.Problems;

/// <summary>Turns exceptions, and answers of 400 and above that have no body, into problems.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    private const string Maintenance = "maintenance";
    private static readonly TimeSpan MaintenanceDelay = TimeSpan.FromSeconds(30);

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
            var refused = Translate(exception);
            // So that a planned window is not taken for a failure of the service.
            if (refused.Code == Maintenance) context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new("refused", Maintenance));
            context.Response.Clear();
            await refused.ExecuteAsync(context);
        }
    }

    private Problem Translate(Exception exception)
    {
        switch (exception)
        {
            case ProblemException refused:
                return refused.Problem;
            case AccessDeniedException { Code: "tenant_mismatch" }:
                return Problem.NotFound;
            case AccessDeniedException denied:
                return new(StatusCodes.Status403Forbidden, denied.Code, denied.Message) { IsOfSilo = true };
            case MaintenanceException stopped:
                return new(StatusCodes.Status503ServiceUnavailable, Maintenance, stopped.Message) { RetryAfter = MaintenanceDelay };
            case BadHttpRequestException bad:
                return StatusProblems.Of(bad.StatusCode);
            case GrainCallException failed:
                logger.LogError(LogEvents.GrainCallFailed, failed.InnerException, "A grain call failed");
                return StatusProblems.Of(StatusCodes.Status503ServiceUnavailable);
            case BlobStoreException failed:
                logger.LogError(LogEvents.BlobStoreFailed, failed, "The blob store failed");
                return StatusProblems.Of(StatusCodes.Status503ServiceUnavailable) with
                {
                    Code = "file_store_unavailable",
                    Detail = "The files cannot be read or stored now; try again.",
                };
            default:
                logger.LogError(LogEvents.UnhandledException, exception, "The gateway failed");
                return StatusProblems.Of(StatusCodes.Status500InternalServerError);
        }
    }
}
