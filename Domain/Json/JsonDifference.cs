using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Json;

namespace AgentManagement.Domain.Json;

/// <summary>
/// The differences between two JSON values. Applied in their order, what is removed first and from the last to the first,
/// they make the newer of the older.
/// </summary>
/// <remarks>The order of an object's members is no difference; the way that a number or a text is written is one.</remarks>
public static class JsonDifference
{
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Objects are compared member by member, arrays item by item; anything else by its text. Null when they differ in more places than a
    /// <see cref="DifferenceBudget"/> has. Takes time and memory in proportion to the size of both.
    /// </summary>
    public static ImmutableArray<DiffOperation>? Between(JsonElement from, JsonElement to, DifferenceBudget? budget = null)
    {
        var differences = new Differences(budget ?? new());
        Compare(JsonPlace.Root, JsonIndex.Of(from), JsonIndex.Of(to), differences);
        return differences.Budget.IsExceeded ? null : differences.Operations.ToImmutable();
    }

    private static void Compare(JsonPlace place, JsonIndex from, JsonIndex to, Differences differences)
    {
        differences.Budget.Step();
        switch (from.Kind, to.Kind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                CompareMembers(place, from, to, differences);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array):
                if (KeyedList.TryRead(place.Name, from, out var older) && KeyedList.TryRead(place.Name, to, out var newer))
                {
                    CompareKeyed(place, older, newer, differences);
                }
                else ComparePlaces(place, from.Items, to.Items, differences);
                break;
            default:
                if (StrictJson.Compact(from.Element) != StrictJson.Compact(to.Element)) differences.Replaced(place, from, to);
                break;
        }
    }

    private static void CompareMembers(JsonPlace place, JsonIndex from, JsonIndex to, Differences differences)
    {
        foreach (var (name, older) in from.Members)
        {
            if (to.Member(name) is { } newer) Compare(place.Member(name), older, newer, differences);
            else differences.Removed(place.Member(name), older);
        }
        foreach (var (name, newer) in to.Members)
        {
            if (from.Member(name) is null) differences.Added(place.Member(name), newer);
        }
    }

    /// <summary>Items that have names of their own: the same name is the same item, wherever it stands.</summary>
    private static void CompareKeyed(JsonPlace place, KeyedList older, KeyedList newer, Differences differences)
    {
        foreach (var (index, key) in older.Keys.Index())
        {
            if (!newer.Has(key)) differences.Removed(place.Item(index, index, key), older.Find(key)!);
        }
        ImmutableArray<string> before = [.. older.Keys.Where(newer.Has)], after = [.. newer.Keys.Where(older.Has)];
        if (!before.SequenceEqual(after)) differences.Reordered(place, before, after);
        foreach (var (index, key) in newer.Keys.Index())
        {
            var item = newer.Find(key)!;
            if (older.Find(key) is { } known) Compare(place.Item(older.IndexOf(key), index, key), known, item, differences);
            else differences.Added(place.Item(index, index, key), item);
        }
    }

    private static void ComparePlaces(
        JsonPlace place, ImmutableArray<JsonIndex> older, ImmutableArray<JsonIndex> newer, Differences differences)
    {
        for (var index = 0; index < Math.Max(older.Length, newer.Length); index++)
        {
            var item = place.Item(index, index, index.ToString(CultureInfo.InvariantCulture));
            if (index >= newer.Length) differences.Removed(item, older[index]);
            else if (index >= older.Length) differences.Added(item, newer[index]);
            else Compare(item, older[index], newer[index], differences);
        }
    }

    private sealed class Differences(DifferenceBudget budget)
    {
        public DifferenceBudget Budget => budget;

        public ImmutableArray<DiffOperation>.Builder Operations { get; } = ImmutableArray.CreateBuilder<DiffOperation>();

        public void Added(JsonPlace place, JsonIndex value) => Add(DiffOperation.Add, place, null, value);

        public void Removed(JsonPlace place, JsonIndex value) => Add(DiffOperation.Remove, place, value, null);

        public void Replaced(JsonPlace place, JsonIndex from, JsonIndex to) => Add(DiffOperation.Replace, place, from, to);

        public void Reordered(JsonPlace place, ImmutableArray<string> from, ImmutableArray<string> to)
        {
            if (!budget.TryTell(place)) return;
            Operations.Add(new(DiffOperation.Reorder, place.SecondPath, Keys(from), Keys(to)) { Label = place.Label });
        }

        private void Add(string kind, JsonPlace place, JsonIndex? from, JsonIndex? to)
        {
            if (!budget.TryTell(place)) return;
            var path = to is null ? place.FirstPath : place.SecondPath;
            Operations.Add(new(kind, path, TextOf(from), TextOf(to)) { Label = place.Label });
        }

        private static JsonText? TextOf(JsonIndex? value) => value is null ? null : StrictJson.Compact(value.Element);

        private static JsonText Keys(ImmutableArray<string> keys) => new(JsonSerializer.Serialize(keys, AsWritten));
    }
}
