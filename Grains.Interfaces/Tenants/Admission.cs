namespace AgentManagement.Tenants;

/// <summary>What the tenant grain lets a command do; handed to the agent grain with the command.</summary>
/// <param name="Limits">The tenant's limits.</param>
/// <param name="MayAddAgent">There is a reservation for one more agent.</param>
/// <param name="MayCreateAgent">There is a reservation in today's count of new agents.</param>
/// <param name="MayActivateAgent">There is a reservation for one more active agent.</param>
[GenerateSerializer, Immutable, Alias("Admission")]
public sealed record Admission(TierLimits Limits, bool MayAddAgent, bool MayCreateAgent, bool MayActivateAgent);
