using System.Text.Json;

namespace AgentManagement.Domain.Json;

/// <summary>
/// A JSON value that is asked for its members by name and compared again and again: read once, so that each of it takes no longer in a
/// large document than in a small one.
/// </summary>
public sealed class JsonIndex
{
    private static readonly OrderedDictionary<string, JsonIndex> None = [];

    private readonly OrderedDictionary<string, JsonIndex>? _members;
    private readonly int _hash;

    private JsonIndex(JsonElement element)
    {
        Element = element;
        var hash = new HashCode();
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                // In whatever order its members are it is the same.
                var sum = 0;
                _members = new(StringComparer.Ordinal);
                foreach (var member in element.EnumerateObject())
                {
                    var value = new JsonIndex(member.Value);
                    _members[member.Name] = value;
                    sum = unchecked(sum + HashCode.Combine(member.Name, value._hash));
                }
                hash.Add(sum);
                break;
            case JsonValueKind.Array:
                Items = [.. element.EnumerateArray().Select(item => new JsonIndex(item))];
                foreach (var item in Items) hash.Add(item._hash);
                break;
            case JsonValueKind.String:
                hash.Add(element.GetString());
                break;
            case JsonValueKind.Number:
                // 1 and 1.0 are the same to DeepEquals, and so is 0 to -0.
                hash.Add(element.TryGetDouble(out var number) && number != 0 ? number : 0);
                break;
        }
        hash.Add(element.ValueKind);
        _hash = hash.ToHashCode();
    }

    public JsonElement Element { get; }

    public JsonValueKind Kind => Element.ValueKind;

    /// <summary>The members of an object, in their order; none of anything else.</summary>
    public OrderedDictionary<string, JsonIndex> Members => _members ?? None;

    /// <summary>The items of an array; none of anything else.</summary>
    public ImmutableArray<JsonIndex> Items { get; } = [];

    public static JsonIndex Of(JsonElement element) => new(element);

    /// <summary>The member of a name, if this is an object that has it.</summary>
    public JsonIndex? Member(string name) => _members?.GetValueOrDefault(name);

    /// <summary>Whether both are the same value, as <see cref="JsonElement.DeepEquals"/> has it.</summary>
    public bool IsSame(JsonIndex other) => _hash == other._hash && JsonElement.DeepEquals(Element, other.Element);
}
