using System.Collections.Concurrent;
using AgentManagement.WebGateway.Limits;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>
/// Counts the keys from an address that were none, and says when too many were: then none that is not known is asked about for a
/// while, since asking costs a silo more than guessing does.
/// </summary>
/// <param name="counter">Counts them; null where no requests are limited.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiKeyGuesses(IRequestCounter? counter, TimeProvider time)
{
    /// <summary>How many of an address a minute may have.</summary>
    public const int MaxOfAddress = 30;

    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _closed = new(StringComparer.Ordinal);

    /// <summary>Until there is room for one more; null when there is.</summary>
    /// <param name="network">Where it comes from; null when that is not known, and then it is not counted.</param>
    public TimeSpan? UntilRoom(string? network) =>
        network is not null && _closed.TryGetValue(network, out var until) && until - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : null;

    /// <summary>Counts one that was none.</summary>
    public async ValueTask CountAsync(string? network)
    {
        if (counter is null || network is null) return;
        var (_, window) = await counter.CountAsync($"api-key-guesses:{network}", MaxOfAddress);
        if (window.HasRoom) return;
        if (_closed.Count >= MaxKept) _closed.Clear();
        _closed[network] = time.GetUtcNow() + window.UntilRoom;
    }
}
