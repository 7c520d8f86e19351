using System.Diagnostics;

namespace AgentManagement.Bench.Run;

/// <summary>Each of many things asked for once, by many clients at once.</summary>
internal static class Herd
{
    /// <summary>Asks for all of them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="clients">Requests that are open at once.</param>
    /// <param name="ask">Asks for one, by its number.</param>
    public static async Task<LoadResult> RunAsync(int count, int clients, Func<int, Task> ask)
    {
        var durations = new double[count];
        var start = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = clients };
        await Parallel.ForEachAsync(Enumerable.Range(0, count), options, async (number, _) =>
        {
            var asked = Stopwatch.GetTimestamp();
            await ask(number);
            durations[number] = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
        });
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var sample = Sample.OfDurations(durations);
        return new(count, count / seconds, sample.P50!.Value, sample.P99!.Value, Errors: 0);
    }
}
