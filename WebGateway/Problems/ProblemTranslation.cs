using AgentManagement.Access;
using AgentManagement.ClusterClient;
using AgentManagement.Operations;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.WebGateway.Problems;

/// <summary>Turns exceptions into problems, and logs those that nobody expected.</summary>
internal sealed class ProblemTranslation(ILogger<ProblemTranslation> logger)
{
    /// <summary>The code of the problem while the service is stopped for maintenance.</summary>
    public const string Maintenance = "maintenance";

    private static readonly TimeSpan MaintenanceDelay = TimeSpan.FromSeconds(30);

    public Problem Of(Exception exception)
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
