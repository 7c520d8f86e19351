using System.Text.Json;

namespace AgentManagement.Domain.Json;

/// <summary>Reads members of JSON that may lack them, or have something else there.</summary>
public static class JsonReading
{
    /// <summary>A member that is there and not null.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? member
            : null;

    /// <inheritdoc cref="Member(JsonElement,string)"/>
    public static JsonElement? Member(this JsonElement? element, string name) => element?.Member(name);

    /// <summary>A member that is a text.</summary>
    public static string? Text(this JsonElement? element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    /// <inheritdoc cref="Text(JsonElement?,string)"/>
    public static string? Text(this JsonElement element, string name) => Text((JsonElement?)element, name);

    /// <summary>The items of a member that is an array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <inheritdoc cref="Items(JsonElement?,string)"/>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => Items((JsonElement?)element, name);
}
