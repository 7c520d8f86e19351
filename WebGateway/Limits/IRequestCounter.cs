namespace AgentManagement.WebGateway.Limits;

/// <summary>Counts requests of a key, and admits no more of them than a minute may have.</summary>
internal interface IRequestCounter
{
    /// <summary>Counts a request if there is room for it; one that is refused is not counted.</summary>
    /// <returns>Whether it was admitted, and the window after it.</returns>
    ValueTask<(bool IsAdmitted, SlidingWindow Window)> CountAsync(string key, int limit);
}
