using AgentManagement.Outcomes;

namespace AgentManagement.WebGateway.Problems;

/// <summary>The one place that says which HTTP status an outcome is.</summary>
internal static class OutcomeStatus
{
    public static int Of(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Ok => StatusCodes.Status200OK,
        OutcomeKind.NotFound => StatusCodes.Status404NotFound,
        OutcomeKind.Conflict => StatusCodes.Status409Conflict,
        OutcomeKind.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
        OutcomeKind.PreconditionRequired => StatusCodes.Status428PreconditionRequired,
        OutcomeKind.Malformed => StatusCodes.Status400BadRequest,
        OutcomeKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        OutcomeKind.QuotaExceeded => StatusCodes.Status409Conflict,
        OutcomeKind.Forbidden => StatusCodes.Status403Forbidden,
        // A kind of a newer silo: the client may try again once the gateways are new, too.
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
