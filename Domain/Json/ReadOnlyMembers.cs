using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Json;

/// <summary>
/// Members of an answer that the service sets. What was read may be sent back: they are passed over when they say what is so, and
/// refused when they say anything else, since nothing would come of it.
/// </summary>
/// <param name="names">Their names.</param>
public sealed class ReadOnlyMembers(params IEnumerable<string> names)
{
    private readonly HashSet<string> _names = new(names, StringComparer.Ordinal);

    /// <summary>The content without them, and an issue for each that is not as it is now.</summary>
    /// <param name="content">An object, or what its schema refuses.</param>
    /// <param name="current">What they are now, when it is asked for: text, number, time, JSON or null.</param>
    public (JsonElement Content, ImmutableArray<Issue> Issues) PassOver(JsonElement content, Func<Dictionary<string, object?>> current)
    {
        if (!AreIn(content)) return (content, []);
        return (StrictJson.Parse(Without(content)), Compare(content, current()));
    }

    /// <summary>The issues of a merge patch, in which null stands for a removal.</summary>
    public ImmutableArray<Issue> CheckPatch(JsonElement patch, Func<Dictionary<string, object?>> current) =>
        AreIn(patch) ? Compare(patch, current()) : [];

    /// <summary>The content without them, letter for letter.</summary>
    public JsonText Without(JsonElement content)
    {
        var members = content.EnumerateObject().Where(each => !_names.Contains(each.Name))
            .Select(each => $"{JsonValue.Create(each.Name).ToJsonString()}:{StrictJson.Compact(each.Value).Text}");
        return new($"{{{string.Join(',', members)}}}");
    }

    /// <summary>Whether there are any.</summary>
    public bool AreIn(JsonElement content)
    {
        if (content.ValueKind != JsonValueKind.Object) return false;
        foreach (var member in content.EnumerateObject())
        {
            if (_names.Contains(member.Name)) return true;
        }
        return false;
    }

    private ImmutableArray<Issue> Compare(JsonElement content, Dictionary<string, object?> current) =>
    [
        .. content.EnumerateObject()
            .Where(member => _names.Contains(member.Name)
                && !(current.TryGetValue(member.Name, out var value) ? IsSame(member.Value, value) : current.Count > 0))
            .Select(member => Issue.Error("read_only", JsonPointer.Append("", member.Name), current.Count > 0
                ? "The service sets this, and it is different now: leave it out, or read again."
                : "The service sets this: leave it out.")),
    ];

    private static bool IsSame(JsonElement value, object? current) => (value.ValueKind, current) switch
    {
        (JsonValueKind.Null, null) => true,
        (JsonValueKind.String, string text) => value.ValueEquals(text),
        (JsonValueKind.String, DateTimeOffset time) => Rfc3339.TryParse(value.GetString()!, out var given)
            && given.ToUnixTimeMilliseconds() == time.ToUnixTimeMilliseconds(),
        (JsonValueKind.Number, int number) => value.TryGetDecimal(out var given) && given == number,
        (_, JsonText json) => JsonElement.DeepEquals(value, StrictJson.Parse(json)),
        (JsonValueKind.Array, ImmutableArray<string> texts) =>
            value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : null).SequenceEqual(texts),
        _ => false,
    };
}
