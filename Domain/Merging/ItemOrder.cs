namespace AgentManagement.Domain.Merging;

/// <summary>
/// The order of merged items. What all three have is ordered by the side that changed the order; what a side added stays
/// behind the item that it was put behind there. Which side is which makes no difference, but where both changed the order.
/// </summary>
public static class ItemOrder
{
    // Stands for what comes before all items: no text of strict JSON holds it.
    private const string Beginning = "\0";

    /// <param name="items">The items of each side.</param>
    /// <param name="isKept">Whether an item is there after the merge.</param>
    /// <param name="decide">Which order holds when both sides changed it; given are the keys of base, theirs and mine.</param>
    public static ImmutableArray<string> Merge(
        KeyedItems items, Func<string, bool> isKept, Func<IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<string>,
        MergeSide> decide)
    {
        var common = items.Base.Keys.Where(key => items.Theirs.Has(key) && items.Mine.Has(key)).ToHashSet(StringComparer.Ordinal);
        string[] older = [.. items.Base.Keys.Where(common.Contains)];
        string[] theirs = [.. items.Theirs.Keys.Where(common.Contains)];
        string[] mine = [.. items.Mine.Keys.Where(common.Contains)];
        var order = mine.SequenceEqual(theirs) || older.SequenceEqual(theirs) ? mine
            : older.SequenceEqual(mine) ? theirs
            : decide(older, theirs, mine) == MergeSide.Theirs ? theirs : mine;

        var (theirRuns, myRuns) = (Runs(items.Theirs.Keys, common, isKept), Runs(items.Mine.Keys, common, isKept));
        return [.. order.Prepend(Beginning).SelectMany(Place).Distinct(StringComparer.Ordinal)];

        IEnumerable<string> Place(string key)
        {
            var runs = new[] { theirRuns.GetValueOrDefault(key, []), myRuns.GetValueOrDefault(key, []) };
            var added = runs.Where(run => run.Count > 0).OrderBy(run => run[0], StringComparer.Ordinal).SelectMany(run => run);
            return key == Beginning ? added : added.Prepend(key);
        }
    }

    /// <summary>What a side added, by the common item that it stands behind.</summary>
    private static Dictionary<string, List<string>> Runs(ImmutableArray<string> keys, HashSet<string> common, Func<string, bool> isKept)
    {
        var runs = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var behind = Beginning;
        foreach (var key in keys)
        {
            if (common.Contains(key)) behind = key;
            else if (isKept(key))
            {
                if (!runs.TryGetValue(behind, out var run)) runs[behind] = run = [];
                run.Add(key);
            }
        }
        return runs;
    }
}
