using AgentManagement.WebGateway.Outgoing;

namespace AgentManagement.Tests.Support;

/// <summary>
/// A clock under which only the test asks other services: no probe adds to the failures that a breaker counts. Calls to them are given
/// long to end, however busy the machine is, unless a test is about just that.
/// </summary>
internal sealed class UnprobedClock : ShiftedClock
{
    /// <summary>Whether calls end in their own time.</summary>
    public bool IsHasty { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(
            callback, state,
            period == OutgoingProbe.Period ? Timeout.InfiniteTimeSpan
            : dueTime == OutgoingPipeline.Patience && !IsHasty ? 15 * dueTime
            : dueTime,
            period);
}
