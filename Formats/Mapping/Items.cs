namespace AgentManagement.Formats;

/// <summary>What is kept of an item that was taken over: its place among the others, its key, and its rest.</summary>
internal static class Slot
{
    /// <summary>The member with the key of the item in the content.</summary>
    public const string Item = "$item";

    /// <summary>The member with the variant, where the item could be written as another one.</summary>
    public const string Variant = "$as";

    /// <summary>The name that an item has in an object of items, while its rows are at work.</summary>
    public const string Name = "$name";

    /// <summary>An item that is a text, while its rows are at work.</summary>
    public const string Text = "$text";

    /// <summary>The name of an agent among those of its file, while it is a document of its own.</summary>
    public const string Key = "$key";

    /// <summary>Names that no source may use.</summary>
    public static readonly ImmutableHashSet<string> Reserved = [Item, Variant, Name, Text, Key];
}

/// <summary>Where items go in the content.</summary>
/// <param name="Place">The list or the object; null for the agent itself.</param>
/// <param name="Key">The member that names an item.</param>
/// <param name="Most">Most items.</param>
internal sealed record ItemTarget(Place? Place, string Key, int Most)
{
    /// <summary>Whether two items may have the same key.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>Whether the items are members of an object.</summary>
    public bool IsByName { get; init; }

    public static ItemTarget Tools => new("config/tools", "id", 128);

    public static ItemTarget Servers => new("config/mcpServers", "name", 64);

    public static ItemTarget Handoffs => new("config/handoffs", "agentId", 50) { MayRepeat = true };

    public static ItemTarget Starters => new("config/starters", "text", 20) { MayRepeat = true };

    public static ItemTarget Blocks => new("config/memory/blocks", "label", 20);

    public static ItemTarget Sources => new("config/knowledge/sources", "ref", 50) { MayRepeat = true };

    public static ItemTarget Variables => new("config/instructions/variables", Slot.Name, 100) { IsByName = true };

    /// <summary>The agent itself: an item that says something of it as a whole.</summary>
    public static ItemTarget Agent(string key) => new(null, key, 1);
}

/// <summary>One way in which an item is written.</summary>
/// <param name="Target">Where it goes.</param>
/// <param name="Matches">Whether an item of the source is written so.</param>
/// <param name="Owns">Whether an item of the content is to be written so.</param>
/// <param name="Rows">Its table.</param>
internal sealed record ItemVariant(ItemTarget Target, Func<JsonObject, bool> Matches, Func<JsonObject, bool> Owns, params Mapping[] Rows)
{
    /// <summary>Why a content's item is none; null when it is one.</summary>
    public Func<JsonObject, string?> Check { get; init; } = _ => null;
}

/// <summary>
/// A list of the source, or an object of named items. Items that fit go into the content; each keeps its rest and its place
/// by its key, the others stay whole.
/// </summary>
internal sealed class ItemList(ImmutableArray<Place> sources, ImmutableArray<ItemVariant> variants) : Mapping
{
    private readonly bool hasSeveralTargets = variants.DistinctBy(variant => variant.Target.Place?.Path).Count() > 1;

    /// <summary>Whether the source has an object whose members are the items.</summary>
    public bool IsByName { get; init; }

    /// <summary>Whether items of the source are texts, or may be.</summary>
    public bool AreTexts { get; init; }

    public override void Import(MappingScope scope)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var isTaken = false;
        foreach (var source in sources)
        {
            if (source.Find(scope.Rest) is not { } node) continue;
            var items = ItemsOf(node);
            if (items is null || isTaken)
            {
                scope.Context.Reasons[node] = isTaken ? "said elsewhere" : "does not fit";
                continue;
            }
            if (items.Count == 0) continue;
            isTaken = true;
            var pointer = scope.Pointers.Source + source.PointerIn(scope.Rest);
            var slots = items.Select(item => (item.Name, Node: ImportItem(scope, item.Node, item.Name, $"{pointer}{item.Pointer}", keys)))
                .ToList();
            // Of two lists that are there, it must be known which one was taken.
            if (source == sources[0] && sources.Count(each => each.Find(scope.Rest) is not null) == 1
                && slots.All(slot => slot.Node is JsonObject { Count: 1 } one && one.ContainsKey(Slot.Item)))
            {
                source.Remove(scope.Rest);
                continue;
            }
            source.Set(scope.Rest, IsByName
                ? new JsonObject(slots.Select(slot => KeyValuePair.Create(slot.Name!, slot.Node)))
                : slots.Select(slot => slot.Node).ToArray());
        }
    }

    public override void Export(MappingScope scope)
    {
        var target = sources.FirstOrDefault(source => source.Find(scope.Rest) is { } node && ItemsOf(node) is not null) ?? sources[0];
        var slots = target.Find(scope.Rest) is { } node ? ItemsOf(node) ?? [] : [];
        var owned = Owned(scope);
        var known = slots.Select(slot => KeyIn(slot.Node)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        // Slots of a list are filled in the order that its items have now.
        var inOrder = owned.GroupBy(item => PlaceOf(item.Variant)).ToDictionary(items => items.Key, items => new Queue<OwnedItem>(items));
        var places = owned.ToDictionary(item => item.Key, item => PlaceOf(item.Variant));
        var rests = slots.Where(slot => KeyIn(slot.Node) is not null).ToLookup(slot => KeyIn(slot.Node)!, slot => slot.Node!.AsObject());
        var written = new List<(string? Name, JsonNode? Node)>();
        foreach (var slot in slots)
        {
            if (KeyIn(slot.Node) is null) written.Add((slot.Name, slot.Node?.DeepClone()));
            else if (places.TryGetValue(KeyIn(slot.Node)!, out var place))
            {
                while (inOrder[place].TryDequeue(out var item))
                {
                    written.Add(ExportItem(scope, item, rests[item.Key].FirstOrDefault()));
                    // New ones before it were written on the way.
                    if (known.Contains(item.Key)) break;
                }
            }
        }
        written.AddRange(inOrder.Values.SelectMany(items => items).Select(item => ExportItem(scope, item, null)));
        if (written.Count == 0)
        {
            if (slots.Count > 0) target.Remove(scope.Rest);
            return;
        }
        if (IsByName)
        {
            var members = new JsonObject();
            foreach (var (name, item) in written) members.TryAdd(name!, item);
            target.Set(scope.Rest, members);
        }
        else target.Set(scope.Rest, written.Select(item => item.Node).ToArray());
    }

    private sealed record OwnedItem(JsonObject Content, string Key, int Variant);

    private List<OwnedItem> Owned(MappingScope scope)
    {
        var owned = new List<OwnedItem>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var place in variants.GroupBy(variant => variant.Target.Place?.Path))
        {
            foreach (var content in ContentItems(place.First().Target, scope))
            {
                foreach (var variant in place.Where(variant => variant.Owns(content)))
                {
                    owned.Add(new(content, KeyOf(variant.Target, content, keys), variants.IndexOf(variant)));
                    // Several may speak of the agent as a whole; any other item is one thing.
                    if (variant.Target.Place is not null) break;
                }
            }
        }
        return owned;
    }

    private static IEnumerable<JsonObject> ContentItems(ItemTarget target, MappingScope scope) => target switch
    {
        { Place: null } => [scope.Agent],
        { IsByName: true } => (target.Place.Find(scope.Agent) as JsonObject ?? []).Select(member =>
        {
            var item = member.Value!.DeepClone().AsObject();
            item[Slot.Name] = member.Key;
            return item;
        }),
        _ => (target.Place.Find(scope.Agent) as JsonArray ?? []).OfType<JsonObject>(),
    };

    private JsonNode? ImportItem(MappingScope scope, JsonNode? node, string? name, string pointer, HashSet<string> keys)
    {
        if (node is null) return null;
        var original = node.DeepClone();
        var rest = node is JsonObject members ? members.DeepClone().AsObject()
            : AreTexts && node.AsText() is { } text ? new JsonObject { [Slot.Text] = text } : null;
        if (rest is null || variants.FirstOrDefault(variant => variant.Matches(rest)) is not { } variant)
        {
            return Unmapped(scope, original, "nothing here is like it");
        }
        if (name is not null) rest[Slot.Name] = name;
        var isWhole = variant.Target.Place is null;
        var list = variant.Target is { Place: { } at, IsByName: false } ? at.Find(scope.Agent) as JsonArray : null;
        var named = variant.Target is { Place: { } inside, IsByName: true } ? inside.Find(scope.Agent) as JsonObject : null;
        var content = isWhole ? scope.Agent : new JsonObject();
        var to = isWhole ? "" : $"/{variant.Target.Place!.Path}/{list?.Count ?? named?.Count ?? 0}";
        var mapped = scope.Context.Mapped.Count;
        if (isWhole && keys.Contains(variant.Target.Key)) return Unmapped(scope, original, "comes twice");
        foreach (var row in variant.Rows) row.Import(new(rest, content, scope.Agent, (pointer, to), scope.Context));
        if (isWhole && !variant.Owns(scope.Agent)) return Unmapped(scope, original, "does not fit");
        if (!isWhole && Refusal(variant, content, list, named) is { } reason)
        {
            scope.Context.Mapped.RemoveRange(mapped, scope.Context.Mapped.Count - mapped);
            return Unmapped(scope, original, reason);
        }
        var key = KeyOf(variant.Target, content, keys);
        if (variant.Target.IsByName)
        {
            var member = content[Slot.Name].AsText()!;
            content.Remove(Slot.Name);
            Made(variant.Target.Place!, scope.Agent, named, () => new JsonObject())[member] = content;
        }
        else if (!isWhole) Made(variant.Target.Place!, scope.Agent, list, () => new JsonArray()).Add(content);
        rest.Remove(Slot.Name);
        rest[Slot.Item] = key;
        if (!isWhole && DefaultFor(content, variant, key) != variant) rest[Slot.Variant] = variants.IndexOf(variant);
        return rest;
    }

    /// <summary>As what an item would be written of which nothing else is known.</summary>
    private ItemVariant? DefaultFor(JsonObject content, ItemVariant variant, string key) => variants.FirstOrDefault(each =>
        each.Target.Place?.Path == variant.Target.Place!.Path && each.Owns(WithName(content, variant, key)));

    private static JsonObject WithName(JsonObject content, ItemVariant variant, string key)
    {
        if (!variant.Target.IsByName) return content;
        var named = content.DeepClone().AsObject();
        named[Slot.Name] = key;
        return named;
    }

    private static T Made<T>(Place place, JsonObject agent, T? there, Func<T> make)
        where T : JsonNode
    {
        if (there is not null) return there;
        var made = make();
        place.Set(agent, made);
        return made;
    }

    private static string? Refusal(ItemVariant variant, JsonObject content, JsonArray? list, JsonObject? named)
    {
        var target = variant.Target;
        if (content[target.Key].AsText() is not { } key) return "has no name that fits";
        if (variant.Check(content) is { } wrong) return wrong;
        if (target.IsByName ? named?.ContainsKey(key) == true
            : !target.MayRepeat && list?.Any(item => item?[target.Key].AsText() == key) == true) return "another has the same name";
        return (list?.Count ?? named?.Count ?? 0) >= target.Most ? "too many" : null;
    }

    private (string? Name, JsonNode? Node) ExportItem(MappingScope scope, OwnedItem item, JsonObject? kept)
    {
        var rest = kept?.DeepClone().AsObject() ?? [];
        var variant = rest[Slot.Variant] is JsonValue other && other.TryGetValue<int>(out var index)
            && index >= 0 && index < variants.Length && PlaceOf(index) == PlaceOf(item.Variant) ? variants[index] : variants[item.Variant];
        rest.Remove(Slot.Item);
        rest.Remove(Slot.Variant);
        foreach (var row in variant.Rows) row.Export(new(rest, item.Content, scope.Agent, ("", ""), scope.Context));
        var name = rest[Slot.Name].AsText() ?? item.Key;
        rest.Remove(Slot.Name);
        return rest is { Count: 1 } && rest[Slot.Text] is { } text ? (name, text.DeepClone()) : (name, rest);
    }

    private static JsonNode Unmapped(MappingScope scope, JsonNode node, string reason)
    {
        scope.Context.Reasons[node] = reason;
        return node;
    }

    /// <summary>The key of an item; with a number when others before it have the same.</summary>
    private string KeyOf(ItemTarget target, JsonObject content, HashSet<string> keys)
    {
        var key = target.Place is null ? target.Key : content[target.Key].AsText() ?? "";
        // Where items go to several lists, the same key may be in two of them.
        if (target.Place is not null && hasSeveralTargets) key = $"{target.Place.Path[(target.Place.Path.LastIndexOf('/') + 1)..]}:{key}";
        var unique = key;
        for (var number = 2; !keys.Add(unique); number++) unique = $"{key}#{number}";
        return unique;
    }

    private string PlaceOf(int variant) => variants[variant].Target.Place?.Path ?? variants[variant].Target.Key;

    private static string? KeyIn(JsonNode? slot) => (slot as JsonObject)?[Slot.Item].AsText();

    private List<(string? Name, string Pointer, JsonNode? Node)>? ItemsOf(JsonNode node) => (IsByName, node) switch
    {
        (true, JsonObject members) => [.. members.Select(each => ((string?)each.Key, Pointers.Append("", each.Key), each.Value))],
        (false, JsonArray items) => [.. items.Select((each, index) => ((string?)null, $"/{index}", each))],
        _ => null,
    };
}
