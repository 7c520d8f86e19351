namespace AgentManagement.Formats;

/// <summary>All formats, and imports of one file or of many that belong together.</summary>
public static class AgentFormats
{
    /// <summary>All formats. Of several that recognize a file, the first is meant.</summary>
    public static ImmutableArray<AgentFormat> All { get; } = [NdJsonFormat.Instance, .. Tables.All];

    /// <summary>The format of that name; null when there is none.</summary>
    public static AgentFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);

    /// <summary>The format that a file looks as if it were written in; null for none.</summary>
    public static AgentFormat? Detect(ImportSource source)
    {
        try
        {
            return Detect(SourceText.Read(source));
        }
        catch (SourceException)
        {
            return null;
        }
    }

    /// <summary>
    /// The agents of files that belong together: their ids differ from each other, and hand-offs between them are renamed along.
    /// </summary>
    /// <param name="sources">The files.</param>
    /// <param name="format">Their format; null to detect it of each.</param>
    /// <returns>A result for each file, in their order.</returns>
    public static ImmutableArray<ImportResult> Import(IReadOnlyList<ImportSource> sources, AgentFormat? format = null)
    {
        var files = sources.Select(source => new ImportedFile(source, format)).ToList();
        var ids = new Identities();
        foreach (var file in files) file.Identify(ids);
        return [.. files.Select(file => file.Finish(ids))];
    }

    /// <summary>
    /// The agents of all that is in a folder or a package: files in no format are passed over, unless the format was named or it is one
    /// file alone.
    /// </summary>
    /// <returns>A result for each file that is not passed over.</returns>
    public static ImmutableArray<ImportResult> ImportAll(IReadOnlyList<ImportSource> sources, AgentFormat? format = null) =>
        Import(format is null && sources.Count > 1 ? [.. sources.Where(source => Detect(source) is not null)] : sources, format);

    /// <summary>Their agents as lines that the service imports.</summary>
    public static byte[] ToLines(IEnumerable<ImportResult> results) => System.Text.Encoding.UTF8.GetBytes(
        string.Concat(results.SelectMany(result => result.Agents).Select(agent => agent.ToJsonString(JsonWriting.Compact) + "\n")));

    /// <summary>The one document of a file in JSON or YAML, as it stands there.</summary>
    /// <returns>The document, or what is wrong with the file.</returns>
    public static (JsonObject? Document, string? Error) ReadDocument(ImportSource source)
    {
        try
        {
            var text = SourceText.Read(source);
            return text switch
            {
                { Errors: [var (line, message), ..] } => (null, $"Line {line}: {message}"),
                { Documents: [{ Node: JsonObject members }] } => (members, null),
                _ => (null, "It must be one object."),
            };
        }
        catch (SourceException exception)
        {
            return (null, exception.Line is { } line ? $"Line {line}: {exception.Message}" : exception.Message);
        }
    }

    private static AgentFormat? Detect(SourceText text) => All.FirstOrDefault(format => format.Recognizes(text));

    /// <summary>Reads a file in the format's own syntax.</summary>
    internal static (SourceText? Text, AgentFormat? Format) Read(ImportSource source, AgentFormat? format)
    {
        if (format is not null) return (SourceText.Read(source, format.Syntax), format);
        var text = SourceText.Read(source);
        return (text, Detect(text));
    }
}
