using AgentManagement.WebGateway.Outgoing;

namespace AgentManagement.Tests.Identity;

/// <summary>
/// A clock that a test sets forward. Calls are given long to end, however busy the machine is, unless a test is about just that; and
/// nobody asks but the test.
/// </summary>
internal sealed class IdentityClock : TimeProvider
{
    private TimeSpan _shift;

    /// <summary>Whether calls end in their own time.</summary>
    public bool IsHasty { get; set; }

    public void Advance(TimeSpan by) => _shift += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _shift;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(
            callback, state,
            period == OutgoingProbe.Period ? Timeout.InfiniteTimeSpan : dueTime == OutgoingPipeline.Patience && !IsHasty ? 15 * dueTime : dueTime,
            period);
}
