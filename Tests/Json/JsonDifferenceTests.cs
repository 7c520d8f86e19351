using AgentManagement.Domain.Json;

namespace AgentManagement.Tests.Json;

public sealed class JsonDifferenceTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "")]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""", "")]
    [InlineData("""{"a":1}""", """{"a":2}""", "replace /a 1→2")]
    [InlineData("""{"a":1}""", """{}""", "remove /a 1→")]
    [InlineData("""{}""", """{"a":null}""", "add /a →null")]
    [InlineData("""{"a":null}""", """{"a":0}""", "replace /a null→0")]
    [InlineData("""{"a":1}""", """{"a":1.0}""", "replace /a 1→1.0")]
    [InlineData("""{"a":"1"}""", """{"a":1}""", "replace /a \"1\"→1")]
    [InlineData("""{"a":{"b/c":{"~":1}}}""", """{"a":{"b/c":{"~":2}}}""", "replace /a/b~1c/~0 1→2")]
    [InlineData("""[1,2,3,4]""", """[1,5]""", "replace /1 2→5; remove /2 3→; remove /3 4→")]
    [InlineData("""[1]""", """[1,2,[3]]""", "add /1 →2; add /2 →[3]")]
    [InlineData("""{"a":[1]}""", """{"a":{"0":1}}""", """replace /a [1]→{"0":1}""")]
    [InlineData("1", "2", "replace  1→2")]
    // Texts are themselves, wherever they stand; so are items that have a name.
    [InlineData("""{"tags":["a","b"]}""", """{"tags":["c","a"]}""", """remove /tags/1 "b"→; add /tags/0 →"c" """)]
    [InlineData("""{"tags":["a","b","c"]}""", """{"tags":["c","a","b"]}""", """reorder /tags ["a","b","c"]→["c","a","b"]""")]
    [InlineData("""{"tags":["a","b","x"]}""", """{"tags":["b","y","a"]}""",
        """remove /tags/2 "x"→; reorder /tags ["a","b"]→["b","a"]; add /tags/1 →"y" """)]
    [InlineData("""{"tools":[{"id":"a"},{"id":"b","name":"B"}]}""", """{"tools":[{"id":"b","name":"C"}]}""",
        """remove /tools/0 {"id":"a"}→; replace /tools/0/name "B"→"C" """)]
    [InlineData("""{"tools":[{"id":"a"},{"id":"b","name":"B","x":1}]}""", """{"tools":[{"id":"b","name":"B"},{"id":"a"}]}""",
        """reorder /tools ["a","b"]→["b","a"]; remove /tools/1/x 1→""")]
    [InlineData("""{"handoffs":[{"agentId":"a"}]}""", """{"handoffs":[{"agentId":"b"},{"agentId":"a"}]}""",
        """add /handoffs/0 →{"agentId":"b"}""")]
    [InlineData("""{"fallbacks":[{"provider":"p","id":"m"},{"provider":"q","id":"m"}]}""", """{"fallbacks":[{"provider":"q","id":"m"}]}""",
        """remove /fallbacks/0 {"provider":"p","id":"m"}→""")]
    // Without names of their own, or with one twice, places tell them apart.
    [InlineData("""{"tools":[{"id":"a"},{"id":"a"}]}""", """{"tools":[{"id":"a"}]}""", """remove /tools/1 {"id":"a"}→""")]
    [InlineData("""{"tags":["a","a"]}""", """{"tags":["a","b"]}""", """replace /tags/1 "a"→"b" """)]
    [InlineData("""{"tags":["a","a"]}""", """{"tags":["a"]}""", """remove /tags/1 "a"→""")]
    // The same key and another spelling of it is still a difference.
    [InlineData("""{"tags":["\u0061"]}""", """{"tags":["a"]}""", """replace /tags/0 "\u0061"→"a" """)]
    [InlineData("""{"fallbacks":["p/m"]}""", """{"fallbacks":[{"provider":"p","id":"m"}]}""",
        """replace /fallbacks/0 "p/m"→{"provider":"p","id":"m"}""")]
    public void Differences_are_told_as_operations_on_the_older(string from, string to, string expected) =>
        Assert.Equal(expected.TrimEnd(),
            string.Join("; ", Between(from, to)
            .Select(operation => $"{operation.Op} {operation.Path} {operation.From?.Text}→{operation.To?.Text}")));

    [Theory]
    [InlineData("""{"config":{"tools":[{"id":"search","timeoutSeconds":1}]}}""",
        """{"config":{"tools":[{"id":"search","timeoutSeconds":2}]}}""", "config.tools[search].timeoutSeconds")]
    [InlineData("""{"config":{"tools":[]}}""", """{"config":{"tools":[{"id":"search"}]}}""", "config.tools[search]")]
    [InlineData("""{"config":{"tools":[{"id":"search"}]}}""", """{"config":{}}""", "config.tools")]
    [InlineData("""{"tags":["a"]}""", """{"tags":["a","b"]}""", "tags[b]")]
    [InlineData("""{"tags":["a","b"]}""", """{"tags":["b","a"]}""", "tags")]
    [InlineData("""{"metadata":{"list":[{"a":1}]}}""", """{"metadata":{"list":[{"a":2}]}}""", "metadata.list[0].a")]
    [InlineData("""{"metadata":{"a.b":{"c d":1}}}""", """{"metadata":{"a.b":{"c d":2}}}""", "metadata[\"a.b\"][\"c d\"]")]
    [InlineData("""{"metadata":{"l":[]}}""", """{"metadata":{"l":["a\nb"]}}""", "metadata.l[a b]")]
    [InlineData("1", "2", "")]
    public void The_label_names_the_place_in_words(string from, string to, string label) =>
        Assert.Equal(label, Assert.Single(Between(from, to)).Label);

    [Fact]
    public void A_long_key_is_cut_in_the_label()
    {
        var label = Assert.Single(Between("[]", $"[\"{string.Concat(Enumerable.Repeat("😀", 100))}\"]")).Label;
        Assert.Equal($"[{string.Concat(Enumerable.Repeat("😀", 30))}…]", label);
    }

    [Fact]
    public void Applying_the_operations_makes_the_newer_of_the_older() => Assert.All(Enumerable.Range(1, 2_000), seed =>
    {
        var generator = new DocumentPair(seed);
        var (from, to) = (generator.Older, generator.Newer);
        Assert.True(JsonNode.DeepEquals(to, Apply(from.DeepClone(), Between(from.ToJsonString(), to.ToJsonString()))),
            $"{from.ToJsonString()} → {to.ToJsonString()}");
    });

    [Fact]
    public void Two_different_contents_have_a_difference_and_equal_ones_have_none() => Assert.All(Enumerable.Range(1, 2_000), seed =>
    {
        var generator = new DocumentPair(seed);
        var (from, to) = (generator.Older, generator.Newer);
        // What is written 1 and 1.0 is equal to some, and different here; so not JsonNode.DeepEquals.
        Assert.Equal(Canonical(from) == Canonical(to), Between(from.ToJsonString(), to.ToJsonString()).IsEmpty);
        Assert.Empty(Between(from.ToJsonString(), from.ToJsonString()));
    });

    [Fact]
    public void What_an_operation_takes_away_is_what_was_there_and_what_it_brings_is_what_is_there() =>
        Assert.All(Enumerable.Range(1, 1_000), seed =>
    {
        var generator = new DocumentPair(seed);
        var (from, to) = (generator.Older, generator.Newer);
        foreach (var (op, path, older, newer) in Between(from.ToJsonString(), to.ToJsonString()))
        {
            Assert.Equal(op == "add", older is null);
            Assert.Equal(op == "remove", newer is null);
            if (op == "remove") Assert.Equal(older!.Value.Text, Text(At(from, Steps(path))));
            if (op is "add" or "replace") Assert.Equal(newer!.Value.Text, Text(At(to, Steps(path))));
        }
    });

    private static ImmutableArray<DiffOperation> Between(string from, string to) =>
        JsonDifference.Between(StrictJson.Parse(Given.Read(from)), StrictJson.Parse(Given.Read(to)))!.Value;

    /// <summary>As docs/versions.md says that they can be applied.</summary>
    private static JsonNode? Apply(JsonNode? document, ImmutableArray<DiffOperation> operations)
    {
        foreach (var removal in operations.Where(operation => operation.Op == "remove")
            .OrderByDescending(operation => Steps(operation.Path), Comparer<string[]>.Create(Compare)))
        {
            var steps = Steps(removal.Path);
            if (At(document, steps[..^1]) is JsonArray list) list.RemoveAt(int.Parse(steps[^1]));
            else Assert.True(At(document, steps[..^1])!.AsObject().Remove(steps[^1]));
        }
        foreach (var (op, path, _, to) in operations.Where(operation => operation.Op != "remove"))
        {
            if (path.Length == 0 && op != "reorder") return JsonNode.Parse(to!.Value.Text);
            var steps = Steps(path);
            var value = JsonNode.Parse(to!.Value.Text);
            if (op == "reorder") Reorder(At(document, steps)!.AsArray(), steps.LastOrDefault(""), value!.AsArray());
            else if (At(document, steps[..^1]) is JsonArray list && op == "add") list.Insert(int.Parse(steps[^1]), value);
            else if (At(document, steps[..^1]) is JsonArray items) items[int.Parse(steps[^1])] = value;
            else At(document, steps[..^1])![steps[^1]] = value;
        }
        return document;
    }

    private static void Reorder(JsonArray list, string name, JsonArray keys)
    {
        var items = list.ToDictionary(item => ItemKeys.KeyOf(name, JsonSerializer.SerializeToElement(item))!);
        list.Clear();
        foreach (var key in keys) list.Add(items[key!.GetValue<string>()]);
    }

    private static JsonNode? At(JsonNode? document, string[] steps) =>
        steps.Aggregate(document, (at, step) => at is JsonArray items ? items[int.Parse(step)] : at![step]);

    private static string[] Steps(string path) =>
        [.. path.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal)
            .Replace("~0", "~", StringComparison.Ordinal))];

    /// <summary>By place: indexes as numbers.</summary>
    private static int Compare(string[] one, string[] other)
    {
        foreach (var (a, b) in one.Zip(other))
        {
            var order = int.TryParse(a, out var first) && int.TryParse(b, out var second)
                ? first.CompareTo(second) : string.CompareOrdinal(a, b);
            if (order != 0) return order;
        }
        return one.Length.CompareTo(other.Length);
    }

    private static string Text(JsonNode? node) => StrictJson.Compact(StrictJson.Parse(Given.Read(node?.ToJsonString() ?? "null"))).Text;

    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject members => "{" + string.Join(
            ',', members.OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => $"{JsonSerializer.Serialize(member.Key)}:{Canonical(member.Value)}")) + "}",
        JsonArray items => $"[{string.Join(',', items.Select(Canonical))}]",
        null => "null",
        _ => node.ToJsonString(),
    };
}
