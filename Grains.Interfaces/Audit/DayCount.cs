namespace AgentManagement.Audit;

/// <summary>How many there were of something on a day, UTC.</summary>
[GenerateSerializer, Immutable, Alias("DayCount")]
public sealed record DayCount(DateOnly Day, long Count)
{
    /// <summary>Most days that are counted at once.</summary>
    public const int MaxDays = 90;
}
