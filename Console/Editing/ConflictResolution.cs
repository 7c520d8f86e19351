using System.Text.Json.Nodes;
using AgentManagement.Client;

namespace AgentManagement.WebConsole.Editing;

/// <summary>Which side holds at a conflict.</summary>
public enum Side
{
    Mine,
    Theirs,
}

/// <summary>
/// Conflicts between two edits of an agent. The service merges what does not clash; here is decided what does. First theirs is put wherever
/// both changed, so that nothing clashes and the service tells the rest of the merge; then mine is put where mine was chosen.
/// </summary>
public static class ConflictResolution
{
    private const string OfOrder = " (order)";
    private static readonly string[] Names = ["id", "name", "agentId", "blobRef", "text", "input", "label", "ref"];

    /// <summary>My content with theirs wherever both clash.</summary>
    public static JsonObject YieldEverywhere(JsonObject mine, IReadOnlyList<Conflict> conflicts)
    {
        var content = mine.DeepClone().AsObject();
        // From the last place to the first: an item that is taken away moves those behind it.
        foreach (var conflict in conflicts.Reverse()) Put(content, conflict, Document.ToNode(conflict.Theirs));
        return content;
    }

    /// <summary>The merged content with mine where it was chosen.</summary>
    /// <param name="merged">What the service made of both, with theirs wherever they clash.</param>
    public static JsonObject Insist(
        JsonObject merged, IReadOnlyList<Conflict> conflicts, IReadOnlyDictionary<string, Side> chosen)
    {
        var content = merged.DeepClone().AsObject();
        foreach (var conflict in conflicts.Reverse())
        {
            if (chosen.GetValueOrDefault(conflict.Label) == Side.Mine) Put(content, conflict, Document.ToNode(conflict.Mine));
        }
        return content;
    }

    private static void Put(JsonObject content, Conflict conflict, JsonNode? value)
    {
        if (conflict.Label.EndsWith(OfOrder, StringComparison.Ordinal)) Order(content, conflict.Path, value as JsonArray);
        else Document.Put(content, conflict.Path, value?.DeepClone());
    }

    /// <summary>Puts items into the order of their keys; those without one stay behind.</summary>
    private static void Order(JsonObject content, string pointer, JsonArray? keys)
    {
        if (keys is null || Document.At(content, pointer) is not JsonArray items) return;
        var order = keys.Select(key => key?.GetValue<string>()).ToList();
        var sorted = items.Select(item => item?.DeepClone())
            .OrderBy(item => order.IndexOf(KeyOf(item)) is var place and >= 0 ? place : int.MaxValue).ToArray();
        Document.Put(content, pointer, new JsonArray(sorted));
    }

    private static string? KeyOf(JsonNode? item) => item switch
    {
        JsonValue value => value.ToString(),
        JsonObject members => Names.Select(name => members[name]?.ToString()).FirstOrDefault(key => key is not null),
        _ => null,
    };
}
