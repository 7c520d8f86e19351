using System.Collections.Concurrent;
using AgentManagement.WebGateway.Limits;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// Counts what was shown from an address and was no credential: an API key, an opaque token, a SERVICE_TOKEN. When it was too much,
/// nothing that is not known is asked about for a while, since asking costs a silo or the Identity Service more than guessing does.
/// </summary>
/// <param name="counter">Counts them; null where no requests are limited.</param>
/// <param name="time">The clock.</param>
internal sealed class CredentialGuesses(IRequestCounter? counter, TimeProvider time)
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
    /// <returns>Until there is room for one more, when there was none for this one.</returns>
    public async ValueTask<TimeSpan?> CountAsync(string? network)
    {
        if (counter is null || network is null) return null;
        var (isAdmitted, window) = await counter.CountAsync($"guesses:{network}", MaxOfAddress);
        if (window.HasRoom) return null;
        if (_closed.Count >= MaxKept) _closed.Clear();
        _closed[network] = time.GetUtcNow() + window.UntilRoom;
        return isAdmitted ? null : window.UntilRoom;
    }
}
