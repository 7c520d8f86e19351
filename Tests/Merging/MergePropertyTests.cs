using AgentManagement.Domain.Json;
using AgentManagement.Domain.Merging;
using AgentManagement.Tests.Validation;

namespace AgentManagement.Tests.Merging;

/// <summary>What holds for every merge, tried on random documents of the schema and random edits of them.</summary>
[Trait(Apart.Name, Apart.Value)]
public sealed class MergePropertyTests
{
    private const int Documents = 1_000;

    [Fact]
    public void A_side_without_changes_never_conflicts_and_the_other_stays_letter_for_letter() => ForEach((@base, theirs, _, _) =>
    {
        Assert.Equal(theirs, Clean(@base, theirs, @base));
        Assert.Equal(theirs, Clean(@base, @base, theirs));
        Assert.Equal(theirs, Clean(@base, theirs, theirs));
    });

    [Fact]
    public void Edits_of_different_places_all_land_without_conflict() => ForEach((@base, theirs, mine, edits) =>
    {
        var merged = JsonNode.Parse(Clean(@base, theirs, mine).Text)!;
        foreach (var edit in edits)
        {
            var found = Edit.Find(merged, edit.Place);
            Assert.True(
                edit.IsRemoval ? found is null : JsonNode.DeepEquals(edit.Value, found),
                $"{string.Join(" / ", edit.Place)}: {edit.Value?.ToJsonString()} became {found?.ToJsonString()} in "
                    + $"{merged.ToJsonString()}");
        }
    });

    [Fact]
    public void What_nobody_edited_is_as_it_was() => ForEach((@base, theirs, mine, edits) =>
    {
        var (merged, expected) = (JsonNode.Parse(Clean(@base, theirs, mine).Text)!, JsonNode.Parse(@base.Text)!);
        foreach (var edit in edits) edit.Apply(expected);
        Assert.Equal(Sorted(expected), Sorted(merged));
    });

    [Fact]
    public void The_order_of_the_sides_makes_no_difference_to_edits_of_different_places() => ForEach((@base, theirs, mine, _) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Clean(@base, theirs, mine).Text), JsonNode.Parse(Clean(@base, mine, theirs).Text))));

    [Fact]
    public void To_merge_again_changes_nothing_even_where_there_were_conflicts()
    {
        for (var seed = 0; seed < Documents; seed++)
        {
            var @base = Text(new SchemaGenerator(seed).Document());
            var (theirs, mine) = (Edited(@base, [.. Both(seed + 1, @base)]), Edited(@base, [.. Both(seed + 2, @base)]));
            var once = ThreeWayMerge.Merge(@base, theirs, mine, _ => MergeSide.Mine)!.Content;
            Assert.Equal(once, ThreeWayMerge.Merge(@base, theirs, once, _ => MergeSide.Mine)!.Content);
            Assert.Equal(once, ThreeWayMerge.Merge(@base, once, once)!.Content);
        }

        static IEnumerable<Edit> Both(int seed, JsonText document)
        {
            var (theirs, mine) = new RandomEdits(seed).Make(JsonNode.Parse(document.Text)!);
            return theirs.Concat(mine);
        }
    }

    private static void ForEach(Action<JsonText, JsonText, JsonText, List<Edit>> check)
    {
        for (var seed = 0; seed < Documents; seed++)
        {
            var document = new SchemaGenerator(seed).Document();
            var @base = Text(document);
            var (theirs, mine) = new RandomEdits(seed).Make(document);
            try
            {
                check(@base, Edited(@base, theirs), Edited(@base, mine), [.. theirs, .. mine]);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}", exception);
            }
        }
    }

    private static JsonText Edited(JsonText document, List<Edit> edits)
    {
        var edited = JsonNode.Parse(document.Text)!;
        foreach (var edit in edits) edit.Apply(edited);
        return Text(edited);
    }

    private static JsonText Clean(JsonText @base, JsonText theirs, JsonText mine)
    {
        var result = ThreeWayMerge.Merge(@base, theirs, mine)!;
        Assert.Empty(result.Conflicts);
        return result.Content;
    }

    private static JsonText Text(JsonNode node) => StrictJson.Compact(JsonSerializer.SerializeToElement(node));

    /// <summary>The document with members and items in one order, since additions of two sides have no order of their own.</summary>
    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject members => "{" + string.Join(
            ',', members.OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => $"{member.Key}:{Sorted(member.Value)}")) + "}",
        JsonArray items => $"[{string.Join(',', items.Select(Sorted).Order(StringComparer.Ordinal))}]",
        _ => node?.ToJsonString() ?? "null",
    };
}
