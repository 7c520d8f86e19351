using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Merging;

/// <summary>Which side holds where both changed.</summary>
public enum MergeSide
{
    Mine,
    Theirs,
}

/// <summary>What came of a merge.</summary>
/// <param name="Content">Both sides' changes; mine where they conflict and nothing was decided.</param>
/// <param name="Conflicts">What both changed differently, and nobody decided.</param>
/// <param name="Taken">The labels of the places where theirs was taken.</param>
public sealed record MergeResult(JsonText Content, ImmutableArray<MergeConflict> Conflicts, ImmutableArray<string> Taken);

/// <summary>
/// Brings together what two sides made of a common base. Objects are merged member by member, arrays whose items have
/// keys item by item, and all else is one value. Texts stay letter for letter what they were at the side they come from.
/// </summary>
public sealed class ThreeWayMerge
{
    private readonly Func<MergeConflict, MergeSide?> _decide;
    private readonly ImmutableArray<MergeConflict>.Builder _conflicts = ImmutableArray.CreateBuilder<MergeConflict>();
    private readonly ImmutableArray<string>.Builder _taken = ImmutableArray.CreateBuilder<string>();

    private ThreeWayMerge(Func<MergeConflict, MergeSide?> decide) => _decide = decide;

    /// <param name="base">What both sides started from.</param>
    /// <param name="theirs">What the other side made of it.</param>
    /// <param name="mine">What I made of it.</param>
    /// <param name="decide">Which side holds at a conflict; null to leave it open.</param>
    public static MergeResult Merge(JsonText @base, JsonText theirs, JsonText mine, Func<MergeConflict, MergeSide?>? decide = null)
    {
        var merge = new ThreeWayMerge(decide ?? (_ => null));
        var content = merge.Merge(MergePlace.Root, new(StrictJson.Parse(@base), StrictJson.Parse(theirs), StrictJson.Parse(mine)))!;
        return new(new JsonText(content), merge._conflicts.ToImmutable(), merge._taken.ToImmutable());
    }

    /// <summary>The text of what is to stand at the place; null for nothing.</summary>
    private string? Merge(MergePlace place, Sides sides)
    {
        if (IsSame(sides.Theirs, sides.Mine) || IsSame(sides.Base, sides.Theirs)) return TextOf(sides.Mine);
        if (IsSame(sides.Base, sides.Mine))
        {
            NoteTaken(place, sides);
            return TextOf(sides.Theirs);
        }
        if (sides.Are(JsonValueKind.Object)) return MergeMembers(place, sides);
        if (sides.Are(JsonValueKind.Array) && KeyedItems.TryRead(place.Name, sides) is { } items) return MergeItems(place, items);
        return Decide(place, TextOf(sides.Base), TextOf(sides.Theirs), TextOf(sides.Mine));
    }

    private string MergeMembers(MergePlace place, Sides sides)
    {
        var text = new StringBuilder("{");
        var names = sides.Mine!.Value.EnumerateObject().Select(member => member.Name)
            .Concat(sides.Theirs!.Value.EnumerateObject().Select(member => member.Name)).Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (Merge(place.Member(name), sides.Member(name)) is not { } value) continue;
            if (text.Length > 1) text.Append(',');
            text.Append('"').Append(JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value).Append("\":")
                .Append(value);
        }
        return text.Append('}').ToString();
    }

    private string MergeItems(MergePlace place, KeyedItems items)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in items.AllKeys)
        {
            if (Merge(place.Item(key, items.Mine.IndexOf(key), items.Theirs.IndexOf(key)), items.Find(key)) is { } item)
            {
                kept.Add(key, item);
            }
        }
        var order = ItemOrder.Merge(items, kept.ContainsKey, (@base, theirs, mine) =>
            Decide(OrderOf(place), Keys(@base), Keys(theirs), Keys(mine)) == Keys(theirs)
                ? MergeSide.Theirs
                : MergeSide.Mine);
        return $"[{string.Join(',', order.Select(key => kept[key]))}]";

        static string Keys(IEnumerable<string> keys) => JsonSerializer.Serialize(keys);
    }

    private string? Decide(MergePlace place, string? @base, string? theirs, string? mine)
    {
        var conflict = new MergeConflict(
            mine is null ? place.Theirs : place.Mine, place.Label, ToJson(@base), ToJson(theirs), ToJson(mine));
        var side = _decide(conflict);
        if (side is null) _conflicts.Add(conflict);
        if (side is not MergeSide.Theirs) return mine;
        _taken.Add(place.Label);
        return theirs;
    }

    /// <summary>Tells of a place where I changed nothing what theirs is, as closely as a merge would have.</summary>
    private void NoteTaken(MergePlace place, Sides sides)
    {
        if (IsSame(sides.Base, sides.Theirs)) return;
        if (sides.Are(JsonValueKind.Object))
        {
            var names = sides.Mine!.Value.EnumerateObject().Concat(sides.Theirs!.Value.EnumerateObject()).Select(member => member.Name);
            foreach (var name in names.Distinct(StringComparer.Ordinal)) NoteTaken(place.Member(name), sides.Member(name));
        }
        else if (sides.Are(JsonValueKind.Array) && KeyedItems.TryRead(place.Name, sides) is { } items)
        {
            foreach (var key in items.AllKeys)
            {
                NoteTaken(place.Item(key, items.Mine.IndexOf(key), items.Theirs.IndexOf(key)), items.Find(key));
            }
            if (!items.Base.Where(items.Theirs.Contains).SequenceEqual(items.Theirs.Where(items.Base.Contains)))
            {
                _taken.Add(OrderOf(place).Label);
            }
        }
        else _taken.Add(place.Label);
    }

    private static MergePlace OrderOf(MergePlace array) => array with { Label = $"{array.Label} (order)" };

    private static bool IsSame(JsonElement? one, JsonElement? other) =>
        one is null || other is null ? one is null && other is null : JsonElement.DeepEquals(one.Value, other.Value);

    private static string? TextOf(JsonElement? element) => element is { } value ? StrictJson.Compact(value).Text : null;

    private static JsonText? ToJson(string? text) => text is null ? null : new JsonText(text);
}
