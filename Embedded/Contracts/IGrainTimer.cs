using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A timer of one activation; ticks never overlap, the period counts from the end of a tick.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets a new schedule; during a tick it holds from the end of that tick on.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>When a grain timer ticks, and how its ticks stand to the grain's other requests.</summary>
[method: SetsRequiredMembers]
public readonly struct GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
{
    public required TimeSpan DueTime { get; init; } = dueTime;

    /// <summary><see cref="Timeout.InfiniteTimeSpan"/> for a single tick.</summary>
    public required TimeSpan Period { get; init; } = period;

    /// <summary>Ticks may run between the awaits of requests.</summary>
    public bool Interleave { get; init; }

    /// <summary>Ticks count as use: they keep the activation from being collected.</summary>
    public bool KeepAlive { get; init; }
}
