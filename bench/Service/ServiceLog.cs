namespace AgentManagement.Bench.Service;

/// <summary>What a process of the service printed, over all its lives.</summary>
public sealed class ServiceLog(string path)
{
    private static readonly string[] ErrorMarks = [ChildProcess.StandardErrorMark, "\"level\":\"ERROR\"", "\"level\":\"CRITICAL\""];

    /// <summary>Where it is.</summary>
    public string Path { get; } = path;

    /// <summary>A problem for each line that was logged as an error, or written to standard error: nothing may fail unseen.</summary>
    public IEnumerable<string> Errors() => Read()
        .Where(line => Array.Exists(ErrorMarks, mark => line.Contains(mark, StringComparison.Ordinal)))
        .Select(line => $"the service printed: {(line.Length > 600 ? line[..600] + "…" : line)}");

    /// <summary>The last lines.</summary>
    public string Tail(int lines = 20) => string.Join('\n', Read().TakeLast(lines));

    /// <summary>The log is still being written to.</summary>
    private string[] Read()
    {
        if (!File.Exists(Path)) return [];
        using var reader = new StreamReader(new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n');
    }
}
