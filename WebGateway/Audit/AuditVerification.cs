using AgentManagement.Audit;
using AgentManagement.WebGateway.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Audit;

/// <summary>Checks the tenant's log against its hashes.</summary>
internal static class AuditVerification
{
    /// <summary>
    /// Checks all of the tenant's log, from its first change to its last, and names the first row that is not what was written.
    /// </summary>
    public static async Task<Ok<AuditVerificationResponse>> Verify(CallerGrains grains, CancellationToken cancellationToken)
    {
        var (position, count) = (ChainPosition.Start, 0L);
        while (true)
        {
            var step = await grains.Audit.VerifyChainAsync(position, cancellationToken);
            (position, count) = (step.Last, count + step.Checked);
            if (step.IsLast) return TypedResults.Ok(AuditVerificationResponse.Of(step, count));
        }
    }
}

/// <summary>Whether the log is what was written.</summary>
/// <param name="Valid">Whether every row is.</param>
/// <param name="Checked">How many rows were found right, from the first on.</param>
/// <param name="FirstBroken">The first one that is not; null when all are.</param>
/// <param name="Head">The last change, as the tenant's own record has it. Keep it elsewhere: a log rewritten as a whole has
/// another.</param>
internal sealed record AuditVerificationResponse(bool Valid, long Checked, BrokenRowResponse? FirstBroken, AuditHeadResponse Head)
{
    public static AuditVerificationResponse Of(ChainStep step, long count) => new(
        step.Fault is null, count,
        step.Fault is { } fault ? new(fault.Revision, fault.Reason, ChainReason.Describe(fault.Reason)) : null,
        new(step.Head.Revision, step.Head.Hash));
}

/// <summary>A row that is not what was written.</summary>
/// <param name="Revision">Where it is, or should be.</param>
/// <param name="Reason">altered, missing, added, head, content or content_missing.</param>
/// <param name="Detail">The reason in words.</param>
internal sealed record BrokenRowResponse(long Revision, string Reason, string Detail);

/// <summary>The end of the log.</summary>
/// <param name="Revision">The tenant's revision.</param>
/// <param name="Hash">Covers all changes; empty before the first.</param>
internal sealed record AuditHeadResponse(long Revision, string Hash);
