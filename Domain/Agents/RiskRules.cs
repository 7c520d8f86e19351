using System.Globalization;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Json;

namespace AgentManagement.Domain.Agents;

/// <summary>
/// What a change of an agent's content means, in words and the gravest first: rules that are data (risks.json) over two contents.
/// </summary>
/// <remarks>
/// It looks at both contents alone, and at each place once, so that no number of other differences hides one. An absent member and one
/// that is null are the same.
/// </remarks>
public static class RiskRules
{
    /// <summary>How many places of a risk are named.</summary>
    public const int MaxPlaces = 10;

    /// <summary>The risks of going from one content to another; none when nothing differs.</summary>
    /// <param name="older">A content as the service keeps it: the members of an agent that editors write.</param>
    /// <param name="newer">The other.</param>
    /// <param name="budget">Counts the places that are looked at.</param>
    public static ImmutableArray<Risk> Between(JsonText older, JsonText newer, DifferenceBudget? budget = null)
    {
        var walk = new Walk(RiskCatalog.Own, budget ?? new());
        walk.Compare(
            JsonPlace.Root, Rules.Of([RiskCatalog.Own.Root], []), JsonIndex.Of(StrictJson.Parse(older)),
            JsonIndex.Of(StrictJson.Parse(newer)), isItem: false);
        return walk.Found();
    }

    /// <summary>What looks at a place.</summary>
    /// <param name="Nodes">The steps of rules that lead there.</param>
    /// <param name="Below">The rules for all below a place above, or for all that is there.</param>
    private readonly record struct Rules(ImmutableArray<RiskNode> Nodes, ImmutableArray<RiskRule> Below)
    {
        public bool HasFurther => Nodes.Any(node => node.HasFurther);

        /// <summary>The rules for exactly this place.</summary>
        public IEnumerable<RiskRule> Here => Nodes.SelectMany(node => node.Here);

        public static Rules Of(ImmutableArray<RiskNode> nodes, ImmutableArray<RiskRule> above) =>
            new(nodes, above.AddRange(nodes.SelectMany(node => node.Below)));

        public Rules Next(string step) => Nodes.IsEmpty ? this : Of([.. Nodes.SelectMany(node => node.Next(step))], Below);
    }

    private sealed class Walk(RiskCatalog catalog, DifferenceBudget budget)
    {
        private readonly Dictionary<string, (int Count, List<JsonPlace> Places)> _found = [];
        private int _share;

        public ImmutableArray<Risk> Found() =>
        [
            .. from each in catalog.Classes
               where _found.ContainsKey(each.Code)
               let found = _found[each.Code]
               select new Risk(
                   each.Code, each.Level,
                   each.Text.Replace("{share}", _share.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
                   [.. found.Places.Select(place => place.Label)], found.Count),
        ];

        public void Compare(JsonPlace place, Rules rules, JsonIndex? older, JsonIndex? newer, bool isItem)
        {
            budget.Step();
            (older, newer) = (Present(older), Present(newer));
            if (older is null && newer is null) return;
            if (older is null || newer is null) CompareOne(place, rules, older, newer, isItem);
            else if (older.Kind == JsonValueKind.Object && newer.Kind == JsonValueKind.Object)
            {
                CompareMembers(place, rules, older, newer);
            }
            else if (older.Kind == JsonValueKind.Array && newer.Kind == JsonValueKind.Array)
            {
                CompareItems(place, rules, older, newer);
            }
            else if (HasParts(older) || HasParts(newer))
            {
                CompareOne(place, rules, older, null, isItem);
                CompareOne(place, rules, null, newer, isItem);
            }
            else if (StrictJson.Compact(older.Element) != StrictJson.Compact(newer.Element)) Tell(place, rules, older, newer, isItem);
        }

        /// <summary>What only one side has: as a whole, or where rules look into it, part by part.</summary>
        private void CompareOne(JsonPlace place, Rules rules, JsonIndex? older, JsonIndex? newer, bool isItem)
        {
            var one = (older ?? newer)!;
            var isEmpty = one.Members.Count == 0 && one.Items.IsEmpty;
            if (isEmpty || !rules.HasFurther || rules.Here.Any(rule => rule.Matches(older, newer, isItem)))
            {
                Tell(place, rules, older, newer, isItem);
            }
            else if (one.Kind == JsonValueKind.Object) CompareMembers(place, rules, older, newer);
            else CompareItems(place, rules, older, newer);
        }

        private void CompareMembers(JsonPlace place, Rules rules, JsonIndex? older, JsonIndex? newer)
        {
            foreach (var (name, value) in older?.Members ?? [])
            {
                Compare(place.Member(name), rules.Next(name), value, newer?.Member(name), isItem: false);
            }
            foreach (var (name, value) in newer?.Members ?? [])
            {
                if (older?.Member(name) is null) Compare(place.Member(name), rules.Next(name), null, value, isItem: false);
            }
        }

        private void CompareItems(JsonPlace place, Rules rules, JsonIndex? older, JsonIndex? newer)
        {
            var next = rules.Next("");
            var (before, after) = (KeyedList.Empty, KeyedList.Empty);
            if ((older is null || KeyedList.TryRead(place.Name, older, out before))
                && (newer is null || KeyedList.TryRead(place.Name, newer, out after)))
            {
                foreach (var (index, key) in before!.Keys.Index())
                {
                    Compare(place.Item(index, index, key), next, before.Find(key), after!.Find(key), isItem: true);
                }
                foreach (var (index, key) in after!.Keys.Index().Where(each => !before.Has(each.Item)))
                {
                    Compare(place.Item(index, index, key), next, null, after.Find(key), isItem: true);
                }
                if (older is not null && newer is not null && !before.Keys.Where(after.Has).SequenceEqual(after.Keys.Where(before.Has)))
                {
                    Tell(place, rules, older, newer, isItem: false);
                }
                return;
            }
            var (first, second) = (older?.Items ?? [], newer?.Items ?? []);
            for (var index = 0; index < Math.Max(first.Length, second.Length); index++)
            {
                Compare(
                    place.Item(index, index, index.ToString(CultureInfo.InvariantCulture)), next,
                    index < first.Length ? first[index] : null, index < second.Length ? second[index] : null, isItem: true);
            }
        }

        private void Tell(JsonPlace place, Rules rules, JsonIndex? older, JsonIndex? newer, bool isItem)
        {
            // Of several the gravest; a rule for exactly this place comes before those for all below another.
            var code = Gravest(rules.Here) ?? Gravest(rules.Below) ?? RiskCatalog.Other;
            if (code == "prompt_changed") _share = LineShare.Of(TextOf(older), TextOf(newer));
            var (count, places) = _found.TryGetValue(code, out var found) ? found : (0, []);
            if (places.Count < MaxPlaces) places.Add(place);
            _found[code] = (count + 1, places);

            string? Gravest(IEnumerable<RiskRule> of) =>
                of.Where(rule => rule.Matches(older, newer, isItem)).Select(rule => rule.Class).MinBy(catalog.RankOf);
        }

        private static JsonIndex? Present(JsonIndex? value) => value is { Kind: JsonValueKind.Null } ? null : value;

        private static bool HasParts(JsonIndex value) => value.Kind is JsonValueKind.Object or JsonValueKind.Array;

        private static string TextOf(JsonIndex? value) => value is { Kind: JsonValueKind.String } text ? text.Element.GetString()! : "";
    }
}

/// <summary>How much of the lines of a text is another: in percent of the longer one, at least 1 where anything differs.</summary>
internal static class LineShare
{
    public static int Of(string older, string newer)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var (before, after, same) = (0, 0, 0);
        foreach (var line in older.AsSpan().EnumerateLines())
        {
            before++;
            var text = line.ToString();
            counts[text] = counts.GetValueOrDefault(text) + 1;
        }
        foreach (var line in newer.AsSpan().EnumerateLines())
        {
            after++;
            var text = line.ToString();
            if (counts.GetValueOrDefault(text) is not (> 0 and var left)) continue;
            counts[text] = left - 1;
            same++;
        }
        var longer = Math.Max(before, after);
        return Math.Max(1, (int)Math.Round(100.0 * (longer - same) / longer));
    }
}
