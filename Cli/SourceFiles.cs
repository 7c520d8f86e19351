using System.Text;
using AgentManagement.Formats;

namespace AgentManagement.Cli;

/// <summary>The files that a user names, and the agents in them.</summary>
internal static class SourceFiles
{
    /// <summary>Files, and those of folders; - for the standard input.</summary>
    public static async Task<IReadOnlyList<ImportSource>> ReadAsync(string[] paths, TextReader input, CancellationToken stopping)
    {
        var files = new List<ImportSource>();
        foreach (var path in paths)
        {
            if (path == "-") files.Add(new("", Encoding.UTF8.GetBytes(await input.ReadToEndAsync(stopping))));
            else if (Directory.Exists(path))
            {
                var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
                foreach (var file in Directory.EnumerateFiles(path, "*", options).Where(IsOfUser).Order(StringComparer.Ordinal))
                {
                    files.Add(await ReadFileAsync(file));
                }
            }
            else if (File.Exists(path)) files.Add(await ReadFileAsync(path));
            else throw new CliException($"There is no file {path}.", ExitCodes.Usage);
        }
        return files;

        async Task<ImportSource> ReadFileAsync(string path) => new(path, await File.ReadAllBytesAsync(path, stopping))
        {
            // What belongs to a file lies beside it or below.
            Sibling = name => TryWithin(Path.GetDirectoryName(Path.GetFullPath(path))!, name) is { } sibling && File.Exists(sibling)
                ? File.ReadAllBytes(sibling) : null,
        };
    }

    private static bool IsOfUser(string path) =>
        !path.Split(Path.DirectorySeparatorChar).Any(part => part is ".git" or "node_modules" or "bin" or "obj");

    /// <summary>The agents of files, and a report for each file.</summary>
    /// <param name="format">Their format; null to detect it of each.</param>
    /// <exception cref="CliException">One of them cannot be taken over: none is.</exception>
    public static ImmutableArray<ImportResult> AgentsOf(IReadOnlyList<ImportSource> files, AgentFormat? format)
    {
        var results = AgentFormats.ImportAll(files, format);
        if (results.IsEmpty) throw new CliException("There are no agents in any format here.");
        var errors = results.SelectMany(result => result.Report.Errors).ToList();
        if (errors.Count == 0) return results;
        throw new CliException("Nothing was taken over:\n" + string.Join('\n', errors.Select(error => Plain.Line(
            $"  {error.Path}{(error.Line is { } line ? $":{line}" : "")} {error.Pointer} {error.Message}"))));
    }

    /// <summary>A path in a folder, which it may not lead out of.</summary>
    public static string Within(string folder, string path) =>
        TryWithin(Path.GetFullPath(folder), path) ?? throw new CliException($"{Plain.Line(path)} is not a place for a file.");

    /// <summary>A path in a folder; null when it leads out of it.</summary>
    private static string? TryWithin(string folder, string path)
    {
        var whole = Path.GetFullPath(Path.Combine(folder, path));
        return whole.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? whole : null;
    }
}
