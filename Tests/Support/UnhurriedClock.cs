using AgentManagement.ServiceDefaults.Outgoing;

namespace AgentManagement.Tests.Support;

/// <summary>
/// A clock under which calls of other services are given long to end, however busy the machine is, unless a test is about just that.
/// </summary>
internal sealed class UnhurriedClock : ShiftedClock
{
    /// <summary>Whether calls end in their own time.</summary>
    public bool IsHasty { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime == OutgoingResilience.CallTimeout && !IsHasty ? 15 * dueTime : dueTime, period);
}
