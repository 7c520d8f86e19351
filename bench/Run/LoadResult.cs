namespace AgentManagement.Bench.Run;

/// <summary>What a client of many connections counted.</summary>
/// <param name="Operations">Answers, or transactions.</param>
/// <param name="PerSecond">Of them.</param>
/// <param name="P50">Half took no longer, in milliseconds.</param>
/// <param name="P99">99 of 100 took no longer, in milliseconds.</param>
/// <param name="Errors">Those that failed, and requests without an answer.</param>
public sealed record LoadResult(long Operations, double PerSecond, double P50, double P99, long Errors);
