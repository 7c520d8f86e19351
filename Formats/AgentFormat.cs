namespace AgentManagement.Formats;

/// <summary>A way in which agents are written down, by this service or another.</summary>
public abstract class AgentFormat
{
    /// <summary>Its name in commands and requests.</summary>
    public abstract string Name { get; }

    /// <summary>What people call it.</summary>
    public abstract string Title { get; }

    /// <summary>Whether agents can be written in it.</summary>
    public virtual bool CanExport => true;

    /// <summary>Whether a file looks as if it were written in it. False for what cannot be read.</summary>
    public bool Recognizes(ImportSource source)
    {
        try
        {
            return Recognizes(SourceText.Read(source));
        }
        catch (SourceException)
        {
            return false;
        }
    }

    /// <summary>The agents of one file; of several that belong together: <see cref="AgentFormats.Import"/>.</summary>
    public ImportResult Import(ImportSource source) => AgentFormats.Import([source], this)[0];

    /// <summary>An agent in this format.</summary>
    /// <param name="content">Its content, as an import made it or the service has it.</param>
    public ExportedFile Export(JsonObject content)
    {
        var (path, text) = Write(content);
        // What comes back is what the format could say.
        var back = Import(new(path, System.Text.Encoding.UTF8.GetBytes(text))).Agents.FirstOrDefault() ?? [];
        return new(path, text, [.. Exporting.Missing(content, back)]);
    }

    /// <summary>How its files are written; null where that depends on the file.</summary>
    internal abstract Syntax? Syntax { get; }

    internal abstract bool Recognizes(SourceText text);

    /// <summary>The agents of a file, each as a document of its own.</summary>
    internal abstract IEnumerable<SourceAgent> Split(SourceText text);

    /// <summary>Makes a document whole, before anything else looks at it.</summary>
    internal virtual void Complete(SourceAgent agent, ImportSource source, List<RenamedThing> renamed)
    {
    }

    /// <summary>What the format calls an agent.</summary>
    internal abstract string? OldIdOf(JsonObject document, string path);

    /// <summary>The content of a document, without what all contents have in common.</summary>
    internal abstract MappedContent Map(JsonObject document, MappingContext context);

    internal abstract (string Path, string Text) Write(JsonObject content);
}

/// <summary>An agent of a file.</summary>
/// <param name="Document">What the file says of it.</param>
/// <param name="Line">Where the document begins.</param>
/// <param name="Pointer">Where it is in the file's document.</param>
internal sealed record SourceAgent(JsonObject Document, int Line, string Pointer);

/// <summary>A content, and what the source has beyond it.</summary>
internal sealed record MappedContent(JsonObject Content, JsonObject Rest, string? Dialect);
