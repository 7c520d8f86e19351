namespace AgentManagement.Formats;

/// <summary>The service's own lines: contents as they are, one a line.</summary>
internal sealed class NdJsonFormat : AgentFormat
{
    public static readonly NdJsonFormat Instance = new();

    // What the service says of an agent, and nobody writes.
    private static readonly ImmutableHashSet<string> ReadOnly =
    [
        "status", "version", "createdAt", "createdBy", "updatedAt", "updatedBy", "activatedAt", "archivedAt", "clonedFrom", "degraded",
        "templateId", "templateVersion", "templateVariables", "templateCustomizations", "manager", "merged", "warnings", "change",
        "activeVersion", "tenantId",
    ];

    private NdJsonFormat()
    {
    }

    public override string Name => "ndjson";

    public override string Title => "Lines of this service";

    internal override Syntax? Syntax => null;

    internal override bool Recognizes(SourceText text) =>
        text.Syntax is Formats.Syntax.Json or Formats.Syntax.JsonLines or Formats.Syntax.Yaml && !text.Documents.IsEmpty
        && text.Documents.All(document => document.Node is JsonObject members && members.ContainsKey("config")
            && members["name"].AsText() is not null
            && members["type"].AsText() is "conversational" or "rag" or "workflow");

    internal override IEnumerable<SourceAgent> Split(SourceText text)
    {
        foreach (var document in text.Documents)
        {
            var items = document.Node is JsonArray array ? array.Select((item, index) => (Node: item, Pointer: $"/{index}"))
                : [(Node: (JsonNode?)document.Node, Pointer: "")];
            foreach (var (node, pointer) in items)
            {
                if (node is not JsonObject members) throw new SourceException("Each line must be an object.", document.Line, pointer);
                yield return new(members.DeepClone().AsObject(), document.Line, pointer);
            }
        }
    }

    internal override string? OldIdOf(JsonObject document, string path) => document.TextAt("id") ?? document.TextAt("name");

    internal override MappedContent Map(JsonObject document, MappingContext context)
    {
        // What is no member of a content stays as well: the service refuses it, and says what was probably meant.
        foreach (var name in ReadOnly) document.Remove(name);
        foreach (var (name, _) in document) context.Mapped.Add((Pointers.Append("", name), Pointers.Append("", name)));
        return new(document, [], null);
    }

    internal override (string Path, string Text) Write(JsonObject content)
    {
        var (_, rest, _, context) = Exporting.Prepare(content, Name);
        var line = content.DeepClone().AsObject();
        foreach (var (name, value) in rest) line.TryAdd(name, value?.DeepClone());
        return ($"{context.AgentId}.ndjson", line.ToJsonString(JsonWriting.Compact) + "\n");
    }
}
