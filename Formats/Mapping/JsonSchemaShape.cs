namespace AgentManagement.Formats;

/// <summary>Whether a JSON Schema has what the service would refuse at once: a type that is none, a schema elsewhere.</summary>
internal static class JsonSchemaShape
{
    private static readonly ImmutableHashSet<string> Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    private static readonly string[] OfOne = ["items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else"];

    private static readonly string[] OfMany = ["anyOf", "oneOf", "allOf", "prefixItems"];

    private static readonly string[] ByName = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

    public static bool IsSound(JsonNode? schema)
    {
        if (schema is not JsonObject members) return schema is not null && schema.IsBool();
        return IsType(members) && IsLocal(members["$ref"])
            && OfOne.All(name => !members.ContainsKey(name) || IsSound(members[name]))
            && OfMany.All(name => !members.ContainsKey(name) || (members[name] is JsonArray { Count: > 0 } items && items.All(IsSound)))
            && ByName.All(name => !members.ContainsKey(name)
                || (members[name] is JsonObject inner && inner.All(member => IsSound(member.Value))))
            && (!members.ContainsKey("required")
                || (members["required"] is { } required && Codecs.AreTexts(required, 10_000, 0, 10_000, true)))
            && (!members.ContainsKey("enum") || members["enum"] is JsonArray { Count: > 0 });
    }

    private static bool IsType(JsonObject members) => !members.ContainsKey("type") || members["type"] switch
    {
        JsonArray { Count: > 0 } several => several.All(each => each.AsText() is { } text && Types.Contains(text))
            && several.Select(each => each.AsText()).Distinct().Count() == several.Count,
        { } one => one.AsText() is { } text && Types.Contains(text),
        null => false,
    };

    private static bool IsLocal(JsonNode? reference) => reference is null || reference.AsText()?.StartsWith('#') == true;
}
