using AgentManagement.Audit;

namespace AgentManagement.Grains.Audit;

/// <summary>Which days are counted.</summary>
internal static class DayCounts
{
    /// <summary>The first of so many days, UTC, of which today is the last.</summary>
    public static DateOnly First(TimeProvider time, int days)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, DayCount.MaxDays);
        return DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1 - days);
    }
}
