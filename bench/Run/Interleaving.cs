namespace AgentManagement.Bench.Run;

/// <summary>Measures the service and a reference in turns, so that a slow moment slows both.</summary>
/// <param name="options">How often, and how long.</param>
/// <param name="output">Says what is going on.</param>
/// <param name="problems">Gets what must not be.</param>
internal sealed class Interleaving(RunOptions options, TextWriter output, ICollection<string> problems)
{
    private const int MaxWarmUps = 12;
    private const double Cheaper = 0.97;

    /// <summary>Both sides until they are warm, then A B A B.</summary>
    public Task<Comparison> CompareAsync(
        string title, Func<TimeSpan, Task<Sample>> service, Func<TimeSpan, Task<Sample>> reference, params ImmutableArray<Goal> goals) =>
        CompareAsync(options.Phase, title, service, reference, goals);

    /// <summary>The same in half of the time, for what is not at the centre of a run.</summary>
    public Task<Comparison> CompareBrieflyAsync(
        string title, Func<TimeSpan, Task<Sample>> service, Func<TimeSpan, Task<Sample>> reference, params ImmutableArray<Goal> goals) =>
        CompareAsync(TimeSpan.FromSeconds(Math.Ceiling(options.Phase.TotalSeconds / 2)), title, service, reference, goals);

    private async Task<Comparison> CompareAsync(
        TimeSpan phase, string title, Func<TimeSpan, Task<Sample>> service, Func<TimeSpan, Task<Sample>> reference,
        ImmutableArray<Goal> goals)
    {
        await WarmUpAsync(service, phase);
        await WarmUpAsync(reference, phase);
        var rounds = ImmutableArray.CreateBuilder<(Sample, Sample)>();
        for (var round = 0; round < options.Rounds; round++) rounds.Add((await service(phase), await reference(phase)));
        return Show(title, new(rounds.ToImmutable(), goals));
    }

    /// <summary>
    /// A program that is compiled while it runs costs less and less at first: until two phases in a row are not cheaper than the cheapest.
    /// </summary>
    private static async Task WarmUpAsync(Func<TimeSpan, Task<Sample>> side, TimeSpan phase)
    {
        var (cheapest, since) = (double.MaxValue, 0);
        for (var round = 0; round < MaxWarmUps && since < 2; round++)
        {
            var cost = (await side(phase)).CpuMicroseconds ?? 0;
            (cheapest, since) = cost < Cheaper * cheapest ? (cost, 0) : (cheapest, since + 1);
        }
    }

    /// <summary>Says what was found.</summary>
    public Comparison Show(string title, Comparison comparison)
    {
        output.WriteLine($"  {title}");
        foreach (var found in comparison.Find()) output.WriteLine($"    {found.Goal.Id}: {found}");
        return comparison;
    }

    /// <summary>Runs a client beside a look at what the processes of its server use.</summary>
    /// <param name="processes">Those that serve.</param>
    /// <param name="database">Those that they use; their memory does not count, since they share most of it.</param>
    /// <param name="load">The client.</param>
    public async Task<Sample> MeasureAsync(ProcessSet processes, ProcessSet database, Func<Task<LoadResult>> load)
    {
        var all = processes.With(database);
        processes.ForgetPeaks();
        var before = all.CpuMicroseconds();
        var result = await load();
        var used = all.CpuMicroseconds() - before;
        if (result.Errors > 0) problems.Add($"{result.Errors} of {result.Operations} requests failed");
        return new()
        {
            PerSecond = result.PerSecond, P50 = result.P50, P99 = result.P99,
            CpuMicroseconds = used > 0 && result.Operations > 0 ? (double)used / result.Operations : null,
            PeakMegabytes = processes.PeakBytes() is > 0 and var peak ? peak / 1e6 : null,
        };
    }
}
