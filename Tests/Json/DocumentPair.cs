using AgentManagement.Tests.Validation;

namespace AgentManagement.Tests.Json;

/// <summary>
/// Two random documents, the newer a variant of the older: with lists that are shuffled, longer, shorter, and changed inside.
/// </summary>
internal sealed class DocumentPair
{
    private static readonly string[] Lists = ["tools", "mcpServers", "handoffs", "fallbacks", "rules", "attachments", "texts", "anything"];

    private readonly Random _random;
    private readonly SchemaGenerator _generator;

    public DocumentPair(int seed)
    {
        (_random, _generator) = (new Random(seed), new SchemaGenerator(seed));
        Older = Document();
        Newer = _random.Next(5) == 0 ? Older.DeepClone().AsObject() : Vary(Older.DeepClone().AsObject());
    }

    public JsonObject Older { get; }

    public JsonObject Newer { get; }

    private JsonObject Document(int depth = 0)
    {
        var document = _generator.AnyObject(depth);
        foreach (var name in Lists.Where(_ => _random.Next(3) == 0)) document[name] = List(name, depth);
        return document;
    }

    private JsonArray List(string name, int depth) => [.. Enumerable.Range(0, _random.Next(5)).Select(_ => Item(name, depth))];

    private JsonNode? Item(string name, int depth)
    {
        // Few keys, so that now and then one comes twice; and now and then an item without one.
        var key = $"{(char)('a' + _random.Next(7))}";
        if (_random.Next(12) == 0) return _generator.AnyValue(depth + 2);
        if (name == "texts") return key;
        var item = depth < 2 && _random.Next(3) == 0 ? Document(depth + 1) : _generator.AnyObject(depth + 2);
        item["id"] = key;
        (item["name"], item["agentId"], item["provider"], item["blobRef"]) = (key, key, "p", key);
        return item;
    }

    private JsonObject Vary(JsonObject document)
    {
        foreach (var (name, value) in document.ToList())
        {
            if (_random.Next(8) == 0) document.Remove(name);
            else if (value is JsonArray list) document[name] = Vary(name, list);
            else if (value is JsonObject inner) document[name] = Vary(inner.DeepClone().AsObject());
            else if (_random.Next(6) == 0) document[name] = _generator.AnyValue(3);
        }
        if (_random.Next(4) == 0) document["more"] = _generator.AnyValue(3);
        return document;
    }

    private JsonArray Vary(string name, JsonArray list)
    {
        var items = list.Where(_ => _random.Next(5) != 0)
            .Select(item => item is JsonObject inner && _random.Next(2) == 0 ? Vary(inner.DeepClone().AsObject()) : item?.DeepClone())
                .ToArray();
        if (_random.Next(3) == 0) _random.Shuffle(items);
        var varied = new JsonArray(items);
        while (_random.Next(3) == 0) varied.Insert(_random.Next(varied.Count + 1), Item(name, 2));
        return varied;
    }
}
