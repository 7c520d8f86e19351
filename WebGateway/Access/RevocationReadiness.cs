using AgentManagement.Operations;
using AgentManagement.ServiceDefaults.Health;

namespace AgentManagement.WebGateway.Access;

/// <summary>A gateway that does not know what was revoked before it was there would take what others refuse.</summary>
internal sealed class RevocationReadiness(RevokedTokens revoked) : IReadinessPart
{
    public HealthPart Check() => new(
        "revocations", revoked.IsComplete, revoked.IsComplete ? null : "What was revoked before the start is not known yet.");
}
