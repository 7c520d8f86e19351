using System.Collections.Concurrent;
using System.Diagnostics;

namespace AgentManagement.Bench.Follow;

/// <summary>When each revision arrived somewhere.</summary>
internal sealed class Arrivals
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, TaskCompletionSource<long>> _moments = new();

    public void Note(long revision) => At(revision).TrySetResult(Stopwatch.GetTimestamp());

    /// <summary>The time from a moment to the arrival; nothing when it arrived before.</summary>
    /// <exception cref="TimeoutException">It does not arrive.</exception>
    public async Task<TimeSpan> SinceAsync(long moment, long revision)
    {
        var arrived = await At(revision).Task.WaitAsync(Timeout);
        return arrived < moment ? TimeSpan.Zero : Stopwatch.GetElapsedTime(moment, arrived);
    }

    private TaskCompletionSource<long> At(long revision) =>
        _moments.GetOrAdd(revision, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
