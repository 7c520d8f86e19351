namespace AgentManagement.Formats;

/// <summary>A table of one of a format's dialects.</summary>
/// <param name="Name">Its name; kept beside the content, so that it is written again as it came.</param>
/// <param name="Is">Whether a document is written in it.</param>
/// <param name="Rows">What maps where.</param>
internal sealed record Dialect(string Name, Func<JsonObject, bool> Is, ImmutableArray<Mapping> Rows);

/// <summary>A format that is a table of mappings.</summary>
internal sealed class TableFormat(string name, string title) : AgentFormat
{
    public override string Name => name;

    public override string Title => title;

    internal override Syntax? Syntax => OnlySyntax;

    public Syntax? OnlySyntax { get; init; }

    /// <summary>How it is written.</summary>
    public required Syntax WrittenAs { get; init; }

    public required Func<SourceText, bool> IsLike { get; init; }

    /// <summary>The agents of a document of a file; null for one agent a document.</summary>
    public Func<SourceText, IEnumerable<SourceAgent>>? Agents { get; init; }

    /// <summary>What the document calls its agent; with the file's path, which may be all that does.</summary>
    public required Func<JsonObject, string, string?> OldId { get; init; }

    /// <summary>Its dialects; agents from elsewhere are written in the first.</summary>
    public required ImmutableArray<Dialect> Dialects { get; init; }

    public required Func<MappingContext, string> FileName { get; init; }

    /// <summary>The order in which people expect members.</summary>
    public ImmutableArray<string> Order { get; init; } = [];

    /// <summary>The file's document of an agent's; the same when null.</summary>
    public Func<JsonObject, MappingContext, JsonNode>? Wrap { get; init; }

    public Action<SourceAgent, ImportSource, List<RenamedThing>>? Prepare { get; init; }

    /// <summary>Whose a model is of which only the id is told.</summary>
    public string DefaultProvider { get; init; } = "openai";

    internal override bool Recognizes(SourceText text) =>
        !text.Documents.IsEmpty && (text.Syntax == Formats.Syntax.Markdown) == (WrittenAs == Formats.Syntax.Markdown) && IsLike(text);

    internal override IEnumerable<SourceAgent> Split(SourceText text) => Agents is null ? OfDocuments(text) : Agents(text);

    internal override void Complete(SourceAgent agent, ImportSource source, List<RenamedThing> renamed) =>
        Prepare?.Invoke(agent, source, renamed);

    internal override string? OldIdOf(JsonObject document, string path) =>
        OldId(document, path) is { } old && !string.IsNullOrWhiteSpace(old) ? old.Trim() : null;

    internal override MappedContent Map(JsonObject document, MappingContext context)
    {
        var dialect = Dialects.FirstOrDefault(each => each.Is(document)) ?? Dialects[0];
        var content = new JsonObject { ["config"] = new JsonObject() };
        foreach (var row in dialect.Rows) row.Import(new(document, content, content, ("", ""), context));
        return new(content, document, dialect == Dialects[0] ? null : dialect.Name);
    }

    internal override (string Path, string Text) Write(JsonObject content)
    {
        var (copy, rest, dialectName, context) = Exporting.Prepare(content, Name);
        var dialect = Dialects.FirstOrDefault(each => each.Name == dialectName) ?? Dialects[0];
        foreach (var row in dialect.Rows) row.Export(new(rest, copy, copy, ("", ""), context));
        CredentialPlaces.Show(rest, Exporting.PlaceholdersOf(content));
        rest = Contents.InOrder(rest, Order);
        var document = Wrap is null ? rest : Wrap(rest, context);
        return (FileName(context), WrittenAs switch
        {
            Formats.Syntax.Markdown => FrontMatter.Write(rest),
            Formats.Syntax.Yaml => document is JsonArray several
                ? string.Join("---\n", several.Select(each => YamlWriter.Write(each!.AsObject())))
                : YamlWriter.Write(document.AsObject()),
            _ => document.ToJsonString(JsonWriting.Indented) + "\n",
        });
    }

    /// <summary>One agent a document; of a list, one an item.</summary>
    internal static IEnumerable<SourceAgent> OfDocuments(SourceText text)
    {
        foreach (var document in text.Documents)
        {
            if (document.Node is JsonObject members) yield return new(members.DeepClone().AsObject(), document.Line, "");
            else if (document.Node is JsonArray items)
            {
                for (var index = 0; index < items.Count; index++)
                {
                    if (items[index] is not JsonObject item)
                    {
                        throw new SourceException("An agent must be an object.", document.Line, $"/{index}");
                    }
                    yield return new(item.DeepClone().AsObject(), document.Line, $"/{index}");
                }
            }
            else throw new SourceException("An agent must be an object.", document.Line);
        }
    }
}

/// <summary>Paths of files, whichever way their folders are written.</summary>
internal static class Paths
{
    private static readonly string[] Endings = [".agent", ".chatmode", ".prompt", ".agents"];

    /// <summary>The file's name without its ending; null when there is none.</summary>
    public static string? StemOf(string path)
    {
        var name = NameOf(path);
        var stem = Path.GetFileNameWithoutExtension(name);
        foreach (var ending in Endings)
        {
            if (stem.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && stem.Length > ending.Length) stem = stem[..^ending.Length];
        }
        return stem.Length == 0 ? null : stem;
    }

    public static string NameOf(string path) => path.Replace('\\', '/').Split('/')[^1];

    /// <summary>The folder that a file is in; of one that editors keep for themselves, the one around it.</summary>
    public static string? FolderOf(string path) => path.Replace('\\', '/').Split('/')[..^1]
        .LastOrDefault(folder => folder.Length > 0 && !folder.StartsWith('.'));

    public static bool IsIn(string path, string folders) =>
        $"/{path.Replace('\\', '/')}".Contains($"/{folders}/", StringComparison.Ordinal);

    /// <summary>A file's name that gives the old id again; the id's where that cannot be a name.</summary>
    public static string For(MappingContext context) =>
        context.OldId.Length <= 100 && context.OldId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '-' or '_')
            ? context.OldId
            : context.AgentId;
}
