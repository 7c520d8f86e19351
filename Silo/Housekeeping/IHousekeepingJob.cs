namespace AgentManagement.Silo.Housekeeping;

/// <summary>
/// Work that a cluster does once, again and again. While silos come and go two may do it at the same time: a run that
/// comes twice has no effect.
/// </summary>
internal interface IHousekeepingJob
{
    /// <summary>From the end of a run to the next.</summary>
    TimeSpan Interval { get; }

    /// <summary>From the start of housekeeping to the first run.</summary>
    TimeSpan FirstRun => TimeSpan.Zero;

    /// <exception cref="Exception">The run is over; the next comes after the interval.</exception>
    Task RunAsync(CancellationToken stopping);
}
