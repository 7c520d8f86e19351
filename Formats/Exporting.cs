namespace AgentManagement.Formats;

/// <summary>What an export begins with.</summary>
/// <param name="Content">The content, without what only an import has added.</param>
/// <param name="Rest">What the source had beyond it.</param>
/// <param name="Dialect">In which dialect it was written; null for the first.</param>
/// <param name="Context">What all mappings share.</param>
internal sealed record ExportStart(JsonObject Content, JsonObject Rest, string? Dialect, MappingContext Context);

/// <summary>What exports of all formats have in common.</summary>
internal static class Exporting
{
    /// <summary>What a format gets of a content.</summary>
    public static ExportStart Prepare(JsonObject content, string format)
    {
        var copy = content.DeepClone().AsObject();
        var source = (copy["metadata"] as JsonObject)?["source"] as JsonObject ?? [];
        var isOwn = source["format"].AsText() == format;
        foreach (var (path, value) in source["added"] as JsonObject ?? [])
        {
            if (JsonNode.DeepEquals(((Place)path).Find(copy), value)) ((Place)path).Remove(copy);
        }
        var id = copy["id"].AsText() ?? Slugs.Of(content["name"].AsText() ?? "agent");
        var oldId = isOwn && source["id"].AsText() is { } old && Slugs.IsOf(id, old) ? old : id;
        var renamed = (source["renamed"] as JsonObject ?? []).Where(each => each.Value.AsText() is not null)
            .ToDictionary(each => each.Key, each => each.Value.AsText()!);
        var rest = source[format]?.DeepClone() as JsonObject ?? [];
        return new(copy, rest, isOwn ? source["dialect"].AsText() : null,
            new() { AgentId = id, OldId = oldId, Ids = renamed, IsOwn = isOwn });
    }

    /// <summary>The placeholders of a content by the references that stand for them.</summary>
    public static Dictionary<string, string> PlaceholdersOf(JsonObject content)
    {
        var placeholders = ((content["metadata"] as JsonObject)?["source"] as JsonObject)?["placeholders"] as JsonArray ?? [];
        return placeholders.OfType<JsonObject>().Where(each => each["ref"].AsText() is not null && each["text"].AsText() is not null)
            .DistinctBy(each => each["ref"].AsText()).ToDictionary(each => each["ref"].AsText()!, each => each["text"].AsText()!);
    }

    /// <summary>Pointers to what a content has and another does not.</summary>
    public static IEnumerable<string> Missing(JsonNode? content, JsonNode? other, string pointer = "")
    {
        if (pointer == "/metadata/source") return [];
        return (content, other) switch
        {
            (null, _) => [],
            (JsonObject members, JsonObject others) =>
                members.SelectMany(member => Missing(member.Value, others[member.Key], Pointers.Append(pointer, member.Key))),
            (JsonArray items, JsonArray others) => items.SelectMany((item, index) =>
                Missing(item, index < others.Count ? others[index] : null, $"{pointer}/{index}")),
            _ when JsonNode.DeepEquals(content, other) => [],
            (JsonObject { Count: > 0 } members, _) =>
                members.SelectMany(member => Missing(member.Value, null, Pointers.Append(pointer, member.Key))),
            (JsonArray { Count: 0 } or JsonObject { Count: 0 }, null) => [],
            _ => [pointer],
        };
    }
}
