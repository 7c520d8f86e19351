namespace AgentManagement.Grains.Tasks;

/// <summary>How tasks are kept.</summary>
/// <param name="TimeToLive">
/// REDIS_QUEUE_TTL: how long a task may wait for its first step, and how long it and its result stay after its end.
/// </param>
public sealed record TaskOptions(TimeSpan TimeToLive);
