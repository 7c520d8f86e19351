using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Outgoing;

namespace AgentManagement.Tests.Support;

/// <summary>
/// A clock under which calls of other services, and questions to Redis, are given long to end, however busy the machine is, unless a test
/// is about just that.
/// </summary>
internal sealed class UnhurriedClock : ShiftedClock
{
    /// <summary>Whether calls end in their own time.</summary>
    public bool IsHasty { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var factor = IsHasty ? 1 : dueTime == OutgoingResilience.CallTimeout ? 15 : dueTime == SharedAnswers.Timeout ? 200 : 1;
        return base.CreateTimer(callback, state, factor * dueTime, period);
    }
}
