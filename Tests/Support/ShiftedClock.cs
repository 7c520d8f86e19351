namespace AgentManagement.Tests.Support;

/// <summary>A clock that a test sets forward; timers run in real time.</summary>
internal class ShiftedClock : TimeProvider
{
    private TimeSpan _shift;

    public void Advance(TimeSpan by) => _shift += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _shift;
}
