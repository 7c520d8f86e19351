using System.Globalization;

namespace AgentManagement.Bench.Run;

/// <summary>Some processes with all that they have started, as the system accounts for them in /proc.</summary>
/// <param name="roots">Their numbers.</param>
public sealed class ProcessSet(params IEnumerable<int> roots)
{
    // USER_HZ, which Linux has frozen for programs that read /proc.
    private const long MicrosecondsOfTick = 10_000;

    private readonly ImmutableArray<int> _roots = [.. roots];

    /// <summary>Whether the system tells.</summary>
    public static bool IsKnown => File.Exists("/proc/self/stat");

    /// <summary>These and others.</summary>
    public ProcessSet With(ProcessSet other) => new(_roots.Concat(other._roots));

    /// <summary>
    /// The processor time that all have used until now. What a process used that has ended is its parent's, so nothing is lost when a
    /// database ends the process of a connection.
    /// </summary>
    public long CpuMicroseconds() => Tree().Sum(each => each.Ticks) * MicrosecondsOfTick;

    /// <summary>Peaks begin anew.</summary>
    public void ForgetPeaks()
    {
        foreach (var root in _roots)
        {
            try
            {
                File.WriteAllText($"/proc/{root}/clear_refs", "5");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Then it is the peak of the process's whole life.
            }
        }
    }

    /// <summary>The most memory that they held since then, each for itself.</summary>
    public long PeakBytes() => Tree().Sum(each => StatusBytes(each.Id, "VmHWM:"));

    /// <summary>What they hold in memory now.</summary>
    public long MemoryBytes() => Tree().Sum(each => StatusBytes(each.Id, "VmRSS:"));

    /// <summary>Reads a line of /proc/[pid]/stat.</summary>
    /// <returns>Its number, its parent's, and the clock ticks that it and its ended children have used.</returns>
    public static (int Id, int Parent, long Ticks) ParseStat(string line)
    {
        // The name, in parentheses, may have spaces and parentheses itself.
        var end = line.LastIndexOf(')');
        var fields = line[(end + 2)..].Split(' ');
        return (int.Parse(line[..line.IndexOf(' ', StringComparison.Ordinal)], CultureInfo.InvariantCulture),
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            fields[11..15].Sum(each => long.Parse(each, CultureInfo.InvariantCulture)));
    }

    /// <summary>The parent of a process; null when there is no such process.</summary>
    public static int? ParentOf(int id) => Read(id)?.Parent;

    private List<(int Id, int Parent, long Ticks)> Tree()
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<(int Id, int Parent, long Ticks)>().ToList();
        var children = all.ToLookup(each => each.Parent);
        var found = all.Where(each => _roots.Contains(each.Id)).ToList();
        for (var next = 0; next < found.Count; next++) found.AddRange(children[found[next].Id]);
        return [.. found.DistinctBy(each => each.Id)];
    }

    private static (int Id, int Parent, long Ticks)? Read(int id)
    {
        try
        {
            return ParseStat(File.ReadAllText($"/proc/{id}/stat"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    private static long StatusBytes(int id, string name)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(each => each.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
                CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
