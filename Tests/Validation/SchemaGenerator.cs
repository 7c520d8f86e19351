using System.Globalization;

namespace AgentManagement.Tests.Validation;

/// <summary>Random documents that the schema accepts; the same for the same seed.</summary>
internal sealed class SchemaGenerator(int seed)
{
    private static readonly string[] Fragments = ["a", "Z9", " ", "é", "😀", "\"", "\\", "/", "\t", "\u2028", "{{name}}", "漢", "<b>",
        "\u007f"];

    private readonly Random _random = new(seed);

    public JsonNode Document() => Value(SchemaWalk.Schema)!;

    /// <summary>Any JSON at all, a few levels deep.</summary>
    public JsonNode? AnyValue(int depth = 0) => _random.Next(depth > 3 ? 5 : 7) switch
    {
        0 => null,
        1 => _random.Next(2) == 0,
        2 => Number(-1e6m, 1e6m, isInteger: false),
        3 => Number(-1_000, 1_000, isInteger: true),
        4 => FreeText(_random.Next(6)),
        5 => new JsonArray([.. Enumerable.Range(0, _random.Next(4)).Select(_ => AnyValue(depth + 1))]),
        _ => AnyObject(depth),
    };

    public JsonObject AnyObject(int depth = 0) => new(Enumerable.Range(0, _random.Next(5))
        .Select(_ => $"{(char)('a' + _random.Next(4))}{(_random.Next(6) == 0 ? "/~" : "")}").Distinct()
        .Select(name => KeyValuePair.Create(name, AnyValue(depth + 1))));

    private JsonNode? Value(JsonNode schema)
    {
        var keywords = SchemaWalk.Follow(schema);
        var types = SchemaWalk.TypesOf(keywords).ToList();
        if (types.Count == 0) return AnyValue();
        if (types.Contains("null") && _random.Next(6) == 0) return null;
        if (keywords["enum"] is JsonArray choices) return Pick([.. choices.Where(choice => choice is not null)])!.DeepClone();
        return types[0] switch
        {
            "string" => Text(keywords),
            "integer" or "number" => Number(
                keywords["minimum"]!.GetValue<decimal>(), keywords["maximum"]!.GetValue<decimal>(), types[0] == "integer"),
            "boolean" => _random.Next(2) == 0,
            "array" => Items(keywords),
            _ => keywords["properties"] is null && keywords["additionalProperties"] is null ? AnyObject() : Members(keywords),
        };
    }

    private JsonObject Members(JsonObject schema)
    {
        var required = (schema["required"]?.AsArray() ?? []).Select(name => name!.GetValue<string>()).ToHashSet();
        var members = (schema["properties"]?.AsObject() ?? []).Where(member => required.Contains(member.Key) || _random.Next(2) == 0)
            .ToArray();
        _random.Shuffle(members);
        var result = new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Value(member.Value!))));
        if (schema["additionalProperties"] is JsonObject values)
        {
            for (var index = _random.Next(3); index > 0; index--) result[$"_name{index}"] = Value(values);
        }
        return result;
    }

    private JsonArray Items(JsonObject schema)
    {
        var items = Enumerable.Range(0, _random.Next(4)).Select(_ => Value(schema["items"]!)).ToList();
        return [.. schema["uniqueItems"] is null ? items : items.DistinctBy(item => item!.ToJsonString())];
    }

    private JsonNode Text(JsonObject schema)
    {
        var most = Math.Min(schema["maxLength"]?.GetValue<int>() ?? 20, 1_000);
        var length = _random.Next(8) == 0 ? most : _random.Next(Math.Max(1, schema["minLength"]?.GetValue<int>() ?? 0), Math.Min(most, 20)
            + 1);
        if (schema["pattern"]?.GetValue<string>() is { } pattern && pattern != @"\S") return SchemaWalk.Text(schema, length);
        // One character that is not white space, and as many code points as there is room for.
        return length < 20 ? "x" + FreeText(Math.Min(length, most / 10)) : SchemaWalk.Text(new(), length, "é");
    }

    private string FreeText(int fragments) => string.Concat(Enumerable.Range(0, fragments).Select(_ => Pick(Fragments)));

    private JsonNode Number(decimal least, decimal most, bool isInteger)
    {
        var number = _random.Next(6) switch
        {
            0 => least,
            1 => most,
            _ => Math.Clamp(least + (decimal)_random.NextDouble() * (most - least), least, most),
        };
        if (isInteger) return JsonNode.Parse(decimal.Truncate(number).ToString(CultureInfo.InvariantCulture))!;
        var text = decimal.Round(number, 6).ToString(CultureInfo.InvariantCulture);
        return JsonNode.Parse(_random.Next(3) switch { 0 when text.Contains('.') => text + "00", 1 => text + "e0", _ => text })!;
    }

    private T Pick<T>(T[] choices) => choices[_random.Next(choices.Length)];
}
