using System.Text.Json;

namespace AgentManagement.Domain.Validation;

/// <summary>The texts of a document, wherever they stand.</summary>
public static class ContentTexts
{
    /// <summary>All texts, names of members left out.</summary>
    public static IEnumerable<string> Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Of),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Of(member.Value)),
        _ => [],
    };
}
