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
/// Takes time and memory in proportion to the size of the three.
/// </summary>
public sealed class ThreeWayMerge
{
    // In the label of a conflict that is about the order of items.
    private const string OfOrder = " (order)";

    private readonly Func<MergeConflict, MergeSide?> _decide;
    private readonly ImmutableArray<MergeConflict>.Builder _conflicts = ImmutableArray.CreateBuilder<MergeConflict>();
    private readonly ImmutableArray<string>.Builder _taken = ImmutableArray.CreateBuilder<string>();

    private readonly DifferenceBudget _budget;

    private ThreeWayMerge(Func<MergeConflict, MergeSide?> decide, DifferenceBudget budget) => (_decide, _budget) = (decide, budget);

    /// <param name="base">What both sides started from.</param>
    /// <param name="theirs">What the other side made of it.</param>
    /// <param name="mine">What I made of it.</param>
    /// <param name="decide">Which side holds at a conflict; null to leave it open.</param>
    /// <param name="budget">How many places may be told.</param>
    /// <returns>Null when there are more conflicts, and places where theirs is taken, than may be told.</returns>
    public static MergeResult? Merge(
        JsonText @base, JsonText theirs, JsonText mine, Func<MergeConflict, MergeSide?>? decide = null, DifferenceBudget? budget = null)
    {
        var merge = new ThreeWayMerge(decide ?? (_ => null), budget ?? new());
        var content = merge.Merge(JsonPlace.Root, new(Index(@base), Index(theirs), Index(mine)))!;
        return merge._budget.IsExceeded ? null : new(new JsonText(content), merge._conflicts.ToImmutable(), merge._taken.ToImmutable());
    }

    /// <summary>The text of what is to stand at the place; null for nothing.</summary>
    private string? Merge(JsonPlace place, Sides sides)
    {
        _budget.Step();
        if (IsSame(sides.Theirs, sides.Mine) || IsSame(sides.Base, sides.Theirs)) return TextOf(sides.Mine);
        if (IsSame(sides.Base, sides.Mine))
        {
            NoteTaken(place, sides);
            return TextOf(sides.Theirs);
        }
        if (sides.Are(JsonValueKind.Object)) return MergeMembers(place, sides);
        if (sides.Are(JsonValueKind.Array) && KeyedItems.TryRead(place.Name, sides) is { } items) return MergeItems(place, items);
        return Decide(place, "", TextOf(sides.Base), TextOf(sides.Theirs), TextOf(sides.Mine));
    }

    private string MergeMembers(JsonPlace place, Sides sides)
    {
        var text = new StringBuilder("{");
        foreach (var name in sides.Names)
        {
            if (Merge(place.Member(name), sides.Member(name)) is not { } value) continue;
            if (text.Length > 1) text.Append(',');
            text.Append('"').Append(JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value).Append("\":")
                .Append(value);
        }
        return text.Append('}').ToString();
    }

    private string MergeItems(JsonPlace place, KeyedItems items)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in items.Keys)
        {
            if (Merge(items.PlaceOf(key, place), items.Find(key)) is { } item) kept.Add(key, item);
        }
        var order = ItemOrder.Merge(items, kept.ContainsKey, (@base, theirs, mine) =>
            Decide(place, OfOrder, Keys(@base), Keys(theirs), Keys(mine)) == Keys(theirs)
                ? MergeSide.Theirs
                : MergeSide.Mine);
        return $"[{string.Join(',', order.Select(key => kept[key]))}]";

        static string Keys(IEnumerable<string> keys) => JsonSerializer.Serialize(keys);
    }

    private string? Decide(JsonPlace place, string of, string? @base, string? theirs, string? mine)
    {
        if (!_budget.TryTell(place)) return mine;
        var conflict = new MergeConflict(
            mine is null ? place.SecondPath : place.FirstPath, place.FullLabel + of, ToJson(@base), ToJson(theirs), ToJson(mine));
        var side = _decide(conflict);
        if (side is null) _conflicts.Add(conflict);
        if (side is not MergeSide.Theirs) return mine;
        _taken.Add(conflict.Label);
        return theirs;
    }

    /// <summary>Tells of a place where I changed nothing what theirs is, as closely as a merge would have.</summary>
    private void NoteTaken(JsonPlace place, Sides sides)
    {
        _budget.Step();
        if (IsSame(sides.Base, sides.Theirs)) return;
        if (sides.Are(JsonValueKind.Object))
        {
            foreach (var name in sides.Names) NoteTaken(place.Member(name), sides.Member(name));
        }
        else if (sides.Are(JsonValueKind.Array) && KeyedItems.TryRead(place.Name, sides) is { } items)
        {
            foreach (var key in items.Keys) NoteTaken(items.PlaceOf(key, place), items.Find(key));
            if (!items.Base.Keys.Where(items.Theirs.Has).SequenceEqual(items.Theirs.Keys.Where(items.Base.Has))) Take(place, OfOrder);
        }
        else Take(place, "");
    }

    private void Take(JsonPlace place, string of)
    {
        if (_budget.TryTell(place)) _taken.Add(place.FullLabel + of);
    }

    private static JsonIndex Index(JsonText text) => JsonIndex.Of(StrictJson.Parse(text));

    private static bool IsSame(JsonIndex? one, JsonIndex? other) =>
        one is null || other is null ? one is null && other is null : one.IsSame(other);

    private static string? TextOf(JsonIndex? value) => value is null ? null : StrictJson.Compact(value.Element).Text;

    private static JsonText? ToJson(string? text) => text is null ? null : new JsonText(text);
}
