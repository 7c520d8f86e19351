namespace AgentManagement.Tests.Golden;

/// <summary>
/// What of an OpenAPI document would break clients that were made from an earlier one. What is added breaks nobody: a new word in an
/// answer is one that clients pass over.
/// </summary>
internal static class OpenApiBreaks
{
    private static readonly string[] Maxima = ["maxLength", "maximum", "maxItems", "maxProperties", "x-maxBytes"];
    private static readonly string[] Minima = ["minLength", "minimum", "minItems", "minProperties"];

    public static ImmutableArray<string> Between(JsonNode before, JsonNode after)
    {
        var found = new List<string>();
        foreach (var (path, operations) in Members(before["paths"]))
        {
            foreach (var (method, operation) in Members(operations))
            {
                Operation($"{method.ToUpperInvariant()} {path}", operation!, after["paths"]?[path]?[method], found);
            }
        }
        var (taken, given) = (Reached(before, "requestBody", "parameters"), Reached(before, "responses"));
        foreach (var (name, schema) in Members(before["components"]?["schemas"]))
        {
            var now = after["components"]?["schemas"]?[name];
            if (taken.Contains(name)) Schema($"schema {name}", schema, now, isTaken: true, found);
            if (given.Contains(name)) Schema($"schema {name}", schema, now, isTaken: false, found);
        }
        return [.. found.Distinct()];
    }

    private static void Operation(string where, JsonNode before, JsonNode? after, List<string> found)
    {
        if (after is null)
        {
            found.Add($"{where}: gone");
            return;
        }
        if (Text(before["operationId"]) != Text(after["operationId"])) found.Add($"{where}: another operationId");
        var (old, now) = (Parameters(before), Parameters(after));
        foreach (var (name, parameter) in old)
        {
            if (!now.TryGetValue(name, out var same)) found.Add($"{where}: {name} is gone");
            else
            {
                if (!IsTrue(parameter["required"]) && IsTrue(same["required"])) found.Add($"{where}: {name} must be there now");
                Schema($"{where}, {name}", parameter["schema"], same["schema"], isTaken: true, found);
            }
        }
        found.AddRange(now.Where(each => !old.ContainsKey(each.Key) && IsTrue(each.Value["required"]))
            .Select(each => $"{where}: {each.Key} is new and must be there"));

        if (!IsTrue(before["requestBody"]?["required"]) && IsTrue(after["requestBody"]?["required"]))
        {
            found.Add($"{where}: the body must be there now");
        }
        Contents($"{where}, body", before["requestBody"], after["requestBody"], isTaken: true, found);
        foreach (var (status, answer) in Members(before["responses"]))
        {
            var same = after["responses"]?[status];
            if (same is null) found.Add($"{where}: {status} is gone");
            Contents($"{where}, {status}", answer, same, isTaken: false, found);
            found.AddRange(Members(answer?["headers"]).Where(header => same?["headers"]?[header.Key] is null)
                .Select(header => $"{where}, {status}: the header {header.Key} is gone"));
        }
    }

    private static void Contents(string where, JsonNode? before, JsonNode? after, bool isTaken, List<string> found)
    {
        foreach (var (mediaType, content) in Members(before?["content"]))
        {
            if (after?["content"]?[mediaType] is not { } same) found.Add($"{where}: {mediaType} is gone");
            else Schema($"{where}, {mediaType}", content?["schema"], same["schema"], isTaken, found);
        }
    }

    /// <param name="where">For people.</param>
    /// <param name="before">The earlier schema; null where there was none, and anything could be.</param>
    /// <param name="after">The schema now.</param>
    /// <param name="isTaken">Whether clients send it; otherwise they are sent it.</param>
    /// <param name="found">What would break them.</param>
    private static void Schema(string where, JsonNode? before, JsonNode? after, bool isTaken, List<string> found)
    {
        if (before is null) return;
        if (after is null)
        {
            found.Add($"{where}: gone");
            return;
        }
        if (Text(before["$ref"]) != Text(after["$ref"])) found.Add($"{where}: another schema");
        var (narrow, wide) = isTaken ? (before, after) : (after, before);
        var words = Texts(wide["type"]);
        if (words.Count > 0 && (Texts(narrow["type"]).Count == 0 || Texts(narrow["type"]).Except(words).Any()))
        {
            found.Add($"{where}: another type");
        }
        if (isTaken && before["enum"] is not null && Texts(before["enum"]).Except(Texts(after["enum"])).Any())
        {
            found.Add($"{where}: a word is gone");
        }
        if (isTaken && before["enum"] is null && after["enum"] is not null) found.Add($"{where}: only some words are left");
        if (Text(before["format"]) != Text(after["format"])) found.Add($"{where}: another format");
        if (isTaken) Bounds(where, before, after, found);

        var (required, requiredNow) = (Texts(before["required"]), Texts(after["required"]));
        found.AddRange((isTaken ? requiredNow.Except(required) : required.Except(requiredNow))
            .Select(name => $"{where}: {name} {(isTaken ? "must be there now" : "may be missing now")}"));
        foreach (var (name, member) in Members(before["properties"]))
        {
            if (after["properties"]?[name] is not { } same) found.Add($"{where}: {name} is gone");
            else Schema($"{where}.{name}", member, same, isTaken, found);
        }
        if (before["items"] is { } items) Schema($"{where}[]", items, after["items"], isTaken, found);
        if (before["additionalProperties"] is JsonObject values)
        {
            Schema($"{where}.*", values, after["additionalProperties"], isTaken, found);
        }
        foreach (var several in (string[])["oneOf", "anyOf", "allOf"])
        {
            var (few, many) = (Choices(narrow[several]), Choices(wide[several]));
            if (few.Except(many).Any()) found.Add($"{where}: another choice of {several}");
        }
    }

    private static void Bounds(string where, JsonNode before, JsonNode after, List<string> found)
    {
        foreach (var name in Maxima)
        {
            if (after[name] is { } now && !(before[name] is { } old && Number(old) <= Number(now)))
            {
                found.Add($"{where}: a smaller {name}");
            }
        }
        foreach (var name in Minima)
        {
            if (after[name] is { } now && Number(now) > 0 && !(before[name] is { } old && Number(old) >= Number(now)))
            {
                found.Add($"{where}: a greater {name}");
            }
        }
        if (after["pattern"] is not null && Text(before["pattern"]) != Text(after["pattern"])) found.Add($"{where}: another pattern");
        if (IsTrue(after["uniqueItems"]) && !IsTrue(before["uniqueItems"])) found.Add($"{where}: each only once now");
    }

    /// <summary>The names of the schemas that some parts of the operations have, directly or through others.</summary>
    private static HashSet<string> Reached(JsonNode document, params string[] parts)
    {
        var (reached, open) = (new HashSet<string>(), new Stack<JsonNode?>());
        foreach (var (_, operations) in Members(document["paths"]))
        {
            foreach (var (_, operation) in Members(operations)) foreach (var part in parts) open.Push(operation?[part]);
        }
        while (open.TryPop(out var node))
        {
            if (node is JsonArray items) foreach (var item in items) open.Push(item);
            if (node is not JsonObject members) continue;
            foreach (var (name, member) in members)
            {
                if (name == "$ref" && member is JsonValue && Text(member)!.Split('/')[^1] is var target && reached.Add(target))
                {
                    open.Push(document["components"]?["schemas"]?[target]);
                }
                else open.Push(member);
            }
        }
        return reached;
    }

    private static Dictionary<string, JsonNode> Parameters(JsonNode operation) => (operation["parameters"] as JsonArray ?? [])
        .ToDictionary(parameter => $"{Text(parameter!["in"])} parameter {Text(parameter["name"])}", parameter => parameter!);

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonNode? node) => node as JsonObject ?? [];

    private static List<string> Texts(JsonNode? node) => node switch
    {
        JsonArray several => [.. several.Select(each => each?.ToString() ?? "null")],
        null => [],
        _ => [node.ToString()],
    };

    private static List<string> Choices(JsonNode? node) =>
        [.. (node as JsonArray ?? []).Select(each => each?["$ref"]?.ToString() ?? each!.ToJsonString())];

    private static string? Text(JsonNode? node) => node?.ToString();

    private static decimal Number(JsonNode node) => node.GetValue<decimal>();

    private static bool IsTrue(JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;
}
