namespace AgentManagement.Tests.Formats;

/// <summary>
/// Documents like a given one: members left out, of another type, unknown, in another order. The same seed makes the same.
/// </summary>
internal sealed class Mutation(int seed)
{
    private readonly Random random = new(seed);

    private static readonly string[] Texts =
        ["", " ", "x", "Straße 7", "two\nlines", "\r\n", "- item", "# no comment", "yes", "null", "1.0", "007", "a: b", "🤖", "'\"",
            "trailing ", "\ttab",
            "line\n\n", "\u2028", "{{name}}", "${HOME}", "@at", "*star", "|", "---", "\u0085", "end\\"];

    public JsonObject Of(JsonObject document)
    {
        var copy = document.DeepClone().AsObject();
        for (var times = random.Next(1, 7); times > 0; times--) Change(copy);
        return copy;
    }

    private void Change(JsonNode node)
    {
        // Goes down to some place, and changes what is there.
        while (true)
        {
            var children = node switch
            {
                JsonObject members => members.Select(member => member.Value).OfType<JsonNode>().Where(HasParts).ToList(),
                JsonArray items => items.OfType<JsonNode>().Where(HasParts).ToList(),
                _ => [],
            };
            if (children.Count == 0 || random.Next(3) == 0) break;
            node = children[random.Next(children.Count)];
        }
        if (node is JsonObject there) ChangeMembers(there);
        else if (node is JsonArray items) ChangeItems(items);
    }

    private void ChangeMembers(JsonObject members)
    {
        var name = members.Count == 0 ? "x" : members.ElementAt(random.Next(members.Count)).Key;
        switch (random.Next(4))
        {
            case 0: members.Remove(name); break;
            case 1: members[name] = Value(2); break;
            case 2: members[$"x-{random.Next(5)}"] = Value(2); break;
            default:
                // The same members in another order.
                var value = members[name];
                members.Remove(name);
                members[name] = value;
                break;
        }
    }

    private void ChangeItems(JsonArray items)
    {
        switch (random.Next(4))
        {
            case 0 when items.Count > 0: items.RemoveAt(random.Next(items.Count)); break;
            case 1 when items.Count > 0: items[random.Next(items.Count)] = Value(2); break;
            case 2 when items.Count > 0: items.Insert(random.Next(items.Count + 1), items[random.Next(items.Count)]?.DeepClone()); break;
            default: items.Add(Value(2)); break;
        }
    }

    private JsonNode? Value(int depth) => random.Next(depth > 0 ? 8 : 6) switch
    {
        0 => Texts[random.Next(Texts.Length)],
        1 => random.Next(-5, 5_000),
        2 => random.NextDouble(),
        3 => random.Next(2) == 0,
        4 => null,
        5 => new string((char)('a' + random.Next(26)), random.Next(1, 300)),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Value(depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(3)).Select(number => KeyValuePair.Create($"m{number}", Value(depth - 1)))),
    };

    private static bool HasParts(JsonNode? node) => node is JsonObject or JsonArray;
}
