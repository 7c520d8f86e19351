using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Merging;

namespace AgentManagement.Tests.Merging;

/// <summary>
/// Twice as much content is twice as much work, and no more, whatever it is: counted in places that were looked at, and in bytes that
/// were allocated.
/// </summary>
public sealed class LinearWorkTests
{
    private const int Items = 32_000;

    // Tables grow in steps, so that some are larger than twice as large.
    private const double Twice = 2.7;

    private static readonly Dictionary<string, Func<int, (string Base, string Theirs, string Mine)>> Contents = new()
    {
        ["three lists without a common text"] = count => (Texts(count, "a"), Texts(count, "b"), Texts(count, "c")),
        ["lists that are the same but for one text"] = count => (
            Texts(count, "a"), Texts(count - 1, "a", more: ["theirs"]), Texts(count - 1, "a", more: ["mine"])),
        ["lists in other orders"] = count => (Texts(count, "a"), Texts(count, "a", isReversed: true), Texts(count, "a")),
        ["objects without a common member"] = count => (Members(count, "a"), Members(count, "b"), Members(count, "c")),
        ["objects with other values"] = count => (Members(count, "a"), Members(count, "a", 2), Members(count, "a", 3)),
        ["objects in another order"] = count => (Members(count, "a"), Members(count, "a", isReversed: true), Members(count, "a", 3)),
        ["tools"] = count => (Tools(count, 1), Tools(count, 2), Tools(count, 3)),
        ["numbers by their places"] = count => (Numbers(count, 1), Numbers(count, 2), Numbers(count, 3)),
        ["deep below"] = count => (Deep(Members(count, "a")), Deep(Members(count, "a", 2)), Deep(Members(count, "b", 3))),
        ["below a long name"] = count => (Named(count, 1), Named(count, 2), Named(count, 3)),
        ["below a long key"] = count => (Keyed(count, 1), Keyed(count, 2), Keyed(count, 3)),
    };

    public static TheoryData<string> All => [.. Contents.Keys];

    [Theory, MemberData(nameof(All))]
    public void Merging(string what) => AssertIsLinear(what, (content, budget) =>
        ThreeWayMerge.Merge(content.Base, content.Theirs, content.Mine, budget: budget));

    [Theory, MemberData(nameof(All))]
    public void Comparing(string what) => AssertIsLinear(what, (content, budget) =>
        JsonDifference.Between(StrictJson.Parse(content.Base), StrictJson.Parse(content.Theirs), budget));

    [Theory, MemberData(nameof(All))]
    public void Judging(string what) => AssertIsLinear(what, (content, budget) =>
        RiskRules.Between(content.Base, content.Theirs, budget));

    [Theory, MemberData(nameof(All))]
    public void Patching(string what) => AssertIsLinear(what, (content, _) =>
        MergePatch.Apply(JsonNode.Parse(content.Base.Text), JsonNode.Parse(content.Theirs.Text)));

    [Fact]
    public void Each_place_that_is_looked_at_is_counted()
    {
        Assert.Equal(101, Steps(Members(100, "a", 1), Members(100, "a", 2), Members(100, "a", 3)));
        // Where I changed nothing all of theirs is looked at, to tell what it is.
        Assert.Equal(102, Steps(Members(100, "a", 1), Members(100, "a", 2), Members(100, "a", 1)));

        static int Steps(string older, string theirs, string mine)
        {
            var budget = new DifferenceBudget();
            _ = ThreeWayMerge.Merge(new(older), new(theirs), new(mine), budget: budget);
            return budget.Steps;
        }
    }

    [Fact]
    public void So_many_differences_are_told_and_no_more()
    {
        Assert.Equal(DifferenceBudget.MaxPlaces, Difference(DifferenceBudget.MaxPlaces)?.Length);
        Assert.Null(Difference(DifferenceBudget.MaxPlaces + 1));
        Assert.Equal(DifferenceBudget.MaxPlaces, Merge(DifferenceBudget.MaxPlaces)?.Conflicts.Length);
        Assert.Null(Merge(DifferenceBudget.MaxPlaces + 1));
        Assert.Equal(DifferenceBudget.MaxPlaces, Take(DifferenceBudget.MaxPlaces)?.Taken.Length);
        Assert.Null(Take(DifferenceBudget.MaxPlaces + 1));
        // A few below a very long name are too long, too.
        Assert.Equal(2, JsonDifference.Between(Parse(Named(2, 1)), Parse(Named(2, 2)))?.Length);
        Assert.Null(JsonDifference.Between(Parse(Named(200, 1)), Parse(Named(200, 2))));

        static ImmutableArray<DiffOperation>? Difference(int count) =>
            JsonDifference.Between(Parse(Members(count, "a", 1)), Parse(Members(count, "a", 2)));
        static MergeResult? Merge(int count) => ThreeWayMerge.Merge(
            new(Members(count, "a", 1)), new(Members(count, "a", 2)), new(Members(count, "a", 3)));
        static MergeResult? Take(int count) => ThreeWayMerge.Merge(
            new(Members(count, "a", 1)), new(Members(count, "a", 2)), new(Members(count, "a", 1)));
        static JsonElement Parse(string json) => StrictJson.Parse(new(json));
    }

    private static void AssertIsLinear(string what, Action<(JsonText Base, JsonText Theirs, JsonText Mine), DifferenceBudget> work)
    {
        Measure(100);
        var (half, whole) = (Measure(Items / 2), Measure(Items));
        Assert.True(whole.Steps <= Twice * half.Steps + 100, $"{half.Steps} steps, then {whole.Steps}");
        Assert.InRange(whole.Steps, 0, (4 * Items) + 100);
        Assert.True(whole.Bytes <= Twice * half.Bytes, $"{half.Bytes:N0} bytes, then {whole.Bytes:N0}");

        (long Steps, long Bytes) Measure(int count)
        {
            var (older, theirs, mine) = Contents[what](count);
            var (budget, before) = (new DifferenceBudget(), GC.GetAllocatedBytesForCurrentThread());
            work((new(older), new(theirs), new(mine)), budget);
            return (budget.Steps, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static string Texts(int count, string letter, bool isReversed = false, string[]? more = null) =>
        $$"""{"list":{{JsonSerializer.Serialize(Names(count, letter, isReversed).Concat(more ?? []))}}}""";

    private static string Members(int count, string letter, int value = 1, bool isReversed = false) =>
        $"{{{string.Join(',', Names(count, letter, isReversed).Select(name => $"\"{name}\":{value}"))}}}";

    private static string Tools(int count, int value) =>
        $$"""{"tools":[{{string.Join(',', Names(count, "t").Select(name => $$"""{"id":"{{name}}","timeoutSeconds":{{value}}}"""))}}]}""";

    private static string Numbers(int count, int value) => $$"""{"list":[{{string.Join(',', Enumerable.Repeat(value, count))}}]}""";

    private static string Deep(string content)
    {
        for (var level = 0; level < 40; level++) content = $$"""{"level":{{content}}}""";
        return content;
    }

    private static string Named(int count, int value) => $$"""{"{{new string('n', 20_000)}}":{{Members(count, "a", value)}}}""";

    private static string Keyed(int count, int value) =>
        $$"""{"tools":[{"id":"{{new string('k', 20_000)}}","params":{{Members(count, "a", value)}}}]}""";

    private static IEnumerable<string> Names(int count, string letter, bool isReversed = false)
    {
        var names = Enumerable.Range(0, count).Select(number => $"{letter}{number}");
        return isReversed ? names.Reverse() : names;
    }
}
