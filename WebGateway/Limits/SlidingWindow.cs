namespace AgentManagement.WebGateway.Limits;

/// <summary>
/// How many requests the last minute had, from two counters: that of this minute of the clock, and the part of the minute before that
/// is less than a minute ago, as if its requests had come evenly.
/// </summary>
/// <param name="Limit">How many a minute may have.</param>
/// <param name="Before">Requests of the minute before.</param>
/// <param name="Now">Requests of this minute, this one included if it was admitted.</param>
/// <param name="Elapsed">Of this minute.</param>
internal readonly record struct SlidingWindow(int Limit, long Before, long Now, TimeSpan Elapsed)
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private double Used => Before * (1 - Elapsed / Length) + Now;

    /// <summary>Whether there is room for one more.</summary>
    public bool HasRoom => Used + 1 <= Limit;

    /// <summary>How many more there is room for.</summary>
    public int Remaining => Math.Max(0, (int)(Limit - Used));

    /// <summary>When there will be room for one more; nothing if there is.</summary>
    public TimeSpan UntilRoom => HasRoom ? TimeSpan.Zero
        : Now + 1 <= Limit ? Fades(Before, Limit - 1 - Now) - Elapsed
        : Length - Elapsed + Fades(Now, Limit - 1);

    /// <summary>Which minute of the clock a moment is in, and how far.</summary>
    public static (long Minute, TimeSpan Elapsed) MinuteOf(DateTimeOffset moment)
    {
        var minute = moment.UtcTicks / Length.Ticks;
        return (minute, TimeSpan.FromTicks(moment.UtcTicks - minute * Length.Ticks));
    }

    // How far into a minute no more than so many of the requests of the minute before it count.
    private static TimeSpan Fades(long before, long to) => Length * Math.Clamp(1 - to / (double)before, 0, 1);
}
