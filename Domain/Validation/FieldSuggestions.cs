using System.Collections.Frozen;
using System.Globalization;

namespace AgentManagement.Domain.Validation;

/// <summary>Says of a field that is none which one was probably meant. Asked only about what is refused.</summary>
internal sealed class FieldSuggestions(SchemaNode root)
{
    // Longer names are not repeated, nor compared.
    private const int MaxNameCharacters = 40;

    /// <summary>What fields are called by other products, in the form of <see cref="Fold"/>.</summary>
    private static readonly FrozenDictionary<string, string> OtherNames = new Dictionary<string, string>
    {
        ["prompt"] = "template", ["system"] = "template", ["systemprompt"] = "template", ["systemmessage"] = "template",
        ["systeminstruction"] = "template", ["instruction"] = "template",
        ["greeting"] = "firstMessage", ["welcomemessage"] = "firstMessage", ["openingstatement"] = "firstMessage",
        ["maxoutputtokens"] = "maxTokens", ["maxcompletiontokens"] = "maxTokens", ["stopsequences"] = "stop",
        ["functions"] = "tools", ["plugins"] = "tools", ["title"] = "name", ["labels"] = "tags",
    }.ToFrozenDictionary();

    /// <summary>The message about a field that the schema does not have.</summary>
    /// <param name="node">The object in which it is.</param>
    /// <param name="pointer">Where that object is.</param>
    /// <param name="name">What the field is called.</param>
    public string Tell(SchemaNode node, string pointer, string name)
    {
        if (name.Length is 0 or > MaxNameCharacters || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
        {
            return "Unknown field.";
        }
        return Find(node, pointer, Fold(name)) is { } meant
            ? $"Unknown field `{name}`; did you mean `{meant}`?" : $"Unknown field `{name}`.";
    }

    private string? Find(SchemaNode node, string pointer, string folded)
    {
        if (node.Properties.Keys.FirstOrDefault(each => Fold(each) == folded) is { } spelling) return spelling;
        var wanted = OtherNames.TryGetValue(folded, out var other) ? Fold(other) : folded;
        if (FindBelow(node, wanted) is { } below) return string.Join('.', below);
        // An item of a list is not where a field of the whole was meant.
        var isInList = pointer.Split('/').Any(step => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        if (!isInList && FindBelow(root, wanted) is { } elsewhere) return $"/{string.Join('/', elsewhere)}";
        return node.Properties.Keys.FirstOrDefault(each => AreAlike(Fold(each), folded));
    }

    /// <summary>The nearest field of the name in an object and in those that it has; not in the items of lists.</summary>
    private static ImmutableArray<string>? FindBelow(SchemaNode node, string folded)
    {
        var objects = new Queue<(ImmutableArray<string> Path, SchemaNode Node)>([([], node)]);
        while (objects.TryDequeue(out var next))
        {
            foreach (var (name, property) in next.Node.Properties)
            {
                var path = next.Path.Add(name);
                if (Fold(name) == folded) return path;
                objects.Enqueue((path, property));
            }
        }
        return null;
    }

    private static string Fold(string name) =>
        string.Concat(name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant));

    /// <summary>Whether one is the other with one letter more, fewer or another, or with two neighbours changed.</summary>
    private static bool AreAlike(string one, string other)
    {
        var start = one.AsSpan().CommonPrefixLength(other);
        var first = one.AsSpan(start);
        var second = other.AsSpan(start);
        if (first.IsEmpty || second.IsEmpty) return first.Length + second.Length <= 1 && start > 2;
        return start + first.Length > 2 && (first[1..].SequenceEqual(second) || first.SequenceEqual(second[1..])
            || first[1..].SequenceEqual(second[1..])
            || first.Length > 1 && second.Length > 1 && first[0] == second[1] && first[1] == second[0]
                && first[2..].SequenceEqual(second[2..]));
    }
}
