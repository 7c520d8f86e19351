using System.Text;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Merging;

namespace AgentManagement.Tests.Merging;

public sealed class ThreeWayMergeTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":1}""", """{"a":2}""")]
    [InlineData("""{"a":1}""", """{"a":1}""", """{"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":1,"b":1}""", """{"a":2,"b":1}""", """{"a":1,"b":2}""", """{"a":2,"b":2}""")]
    [InlineData("""{"a":{"x":1,"y":1}}""", """{"a":{"x":2,"y":1}}""", """{"a":{"x":1}}""", """{"a":{"x":2}}""")]
    [InlineData("{}", """{"a":{"x":1}}""", """{"a":{"y":2}}""", """{"a":{"y":2,"x":1}}""")]
    [InlineData("""{"a":1}""", "{}", """{"a":1,"b":2}""", """{"b":2}""")]
    [InlineData("""{"a":1,"b":1}""", """{"b":1}""", """{"b":2}""", """{"b":2}""")]
    [InlineData("""{"é\n":0.70}""", """{"é\n":0.70,"z":1e2}""", """{"é\n":0.70,"b":"\u00e9"}""", """{"é\n":0.70,"b":"\u00e9","z":1e2}""")]
    public void Changes_of_both_sides_are_in_the_result(string before, string theirs, string mine, string expected)
    {
        var result = Merge(before, theirs, mine);
        Assert.Equal(expected, result.Content.Text);
        Assert.Empty(result.Conflicts);
    }

    [Theory]
    [InlineData("""{"tools":[{"id":"a"},{"id":"b"}]}""", """{"tools":[{"id":"a"},{"id":"b","n":1}]}""", """{"tools":[{"id":"b"}]}""",
        """{"tools":[{"id":"b","n":1}]}""")]
    [InlineData("""{"tools":[{"id":"a"}]}""", """{"tools":[{"id":"x"},{"id":"a"}]}""", """{"tools":[{"id":"a"},{"id":"y"}]}""",
        """{"tools":[{"id":"x"},{"id":"a"},{"id":"y"}]}""")]
    [InlineData("""{"mcpServers":[{"name":"a"},{"name":"b"}]}""", """{"mcpServers":[{"name":"b"},{"name":"a"}]}""",
        """{"mcpServers":[{"name":"a"},{"name":"b","url":"u"}]}""", """{"mcpServers":[{"name":"b","url":"u"},{"name":"a"}]}""")]
    [InlineData("""{"tags":["a","b"]}""", """{"tags":["b","t"]}""", """{"tags":["a","b","m"]}""", """{"tags":["b","m","t"]}""")]
    [InlineData("""{"handoffs":[]}""", """{"handoffs":[{"agentId":"x","when":"w"}]}""",
        """{"handoffs":[{"agentId":"x","when":"w"},{"agentId":"y"}]}""", """{"handoffs":[{"agentId":"x","when":"w"},{"agentId":"y"}]}""")]
    [InlineData("""{"tags":["a","b"]}""", """{"tags":["a","b","t"]}""", """{"tags":["b","a"]}""", """{"tags":["b","t","a"]}""")]
    [InlineData("""{"tags":["a","b"]}""", """{"tags":["b","a","t"]}""", """{"tags":["b","a","m"]}""", """{"tags":["b","a","m","t"]}""")]
    [InlineData("""{"tags":["a","b","c"]}""", """{"tags":["a","t"]}""", """{"tags":["a","c"]}""", """{"tags":["a","t"]}""")]
    [InlineData("""{"tags":["a"]}""", """{"tags":["a","s","t"]}""", """{"tags":["a","m","n"]}""", """{"tags":["a","m","n","s","t"]}""")]
    [InlineData("{}", """{"tags":["t"]}""", """{"tags":["m"]}""", """{"tags":["m","t"]}""")]
    [InlineData("""{"free":[1,2]}""", """{"free":[1,2]}""", """{"free":[2]}""", """{"free":[2]}""")]
    [InlineData("""{"m":{"list":["",  "b"]}}""", """{"m":{"list":["","b","c"]}}""", """{"m":{"list":["a","","b"]}}""",
        """{"m":{"list":["a","","b","c"]}}""")]
    public void Items_of_lists_are_merged_by_their_keys(string before, string theirs, string mine, string expected)
    {
        var result = Merge(before, theirs, mine);
        Assert.Equal(expected, result.Content.Text);
        Assert.Empty(result.Conflicts);
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":3}""", "a", "/a", "1", "2", "3")]
    [InlineData("""{"a":1}""", "{}", """{"a":3}""", "a", "/a", "1", null, "3")]
    [InlineData("""{"a":1}""", """{"a":2}""", "{}", "a", "/a", "1", "2", null)]
    [InlineData("{}", """{"a":2}""", """{"a":3}""", "a", "/a", null, "2", "3")]
    [InlineData("""{"a":{"x":1}}""", """{"a":{"x":2}}""", """{"a":"text"}""", "a", "/a", """{"x":1}""", """{"x":2}""", "\"text\"")]
    [InlineData("""{"tools":[{"id":"a"},{"id":"b","n":1}]}""", """{"tools":[{"id":"a"},{"id":"b","n":2}]}""",
        """{"tools":[{"id":"a"},{"id":"b","n":3}]}""", "tools[b].n", "/tools/1/n", "1", "2", "3")]
    [InlineData("""{"tools":[{"id":"x"},{"id":"b","n":1}]}""", """{"tools":[{"id":"x"},{"id":"b","n":2}]}""", """{"tools":[{"id":"x"}]}""",
        "tools[b]", "/tools/1", """{"id":"b","n":1}""", """{"id":"b","n":2}""", null)]
    [InlineData("""{"tags":["a","b","c"]}""", """{"tags":["b","a","c"]}""", """{"tags":["a","c","b"]}""", "tags (order)", "/tags",
        """["a","b","c"]""", """["b","a","c"]""", """["a","c","b"]""")]
    [InlineData("""{"a":{"x":1}}""", """{"a":"text"}""", """{"a":{"x":2}}""", "a", "/a", """{"x":1}""", "\"text\"", """{"x":2}""")]
    [InlineData("""{"a":1}""", """{"a":{"x":1}}""", """{"a":{"y":1}}""", "a", "/a", "1", """{"x":1}""", """{"y":1}""")]
    [InlineData("""{"a":"text"}""", """{"a":["x"]}""", """{"a":["y"]}""", "a", "/a", "\"text\"", """["x"]""", """["y"]""")]
    [InlineData("""{"free":[1]}""", """{"free":[2]}""", """{"free":[3]}""", "free", "/free", "[1]", "[2]", "[3]")]
    [InlineData("""{"a":["x"]}""", """{"a":["x",1]}""", """{"a":["y"]}""", "a", "/a", """["x"]""", """["x",1]""", """["y"]""")]
    [InlineData("""{"a":["x"]}""", """{"a":["y"]}""", """{"a":["x",1]}""", "a", "/a", """["x"]""", """["y"]""", """["x",1]""")]
    [InlineData("""{"tools":[{"id":"a"},{"id":"a"}]}""", """{"tools":[{"id":"a"}]}""", """{"tools":[]}""", "tools", "/tools",
        """[{"id":"a"},{"id":"a"}]""", """[{"id":"a"}]""", "[]")]
    public void What_both_changed_differently_is_a_conflict_with_all_three_values(
        string before, string theirs, string mine, string label, string path, string? atBase, string? atTheirs, string? atMine)
    {
        var conflict = Assert.Single(Merge(before, theirs, mine).Conflicts);
        Assert.Equal((label, path), (conflict.Label, conflict.Path));
        Assert.Equal((atBase, atTheirs, atMine), (conflict.Base?.Text, conflict.Theirs?.Text, conflict.Mine?.Text));
        // What is not there is no text, rather than an empty one.
        Assert.Equal(
            (atBase is null, atTheirs is null, atMine is null), (conflict.Base is null, conflict.Theirs is null, conflict.Mine is null));
        // Undecided it stays as the editor wrote it.
        Assert.Equal(Compact(mine), Merge(before, theirs, mine).Content.Text);
        Assert.Equal(Compact(mine), Merge(before, theirs, mine, _ => MergeSide.Mine).Content.Text);
        Assert.Equal(Compact(theirs), Merge(before, theirs, mine, _ => MergeSide.Theirs).Content.Text);
        Assert.Empty(Merge(before, theirs, mine, _ => MergeSide.Theirs).Conflicts);
        Assert.Equal([label], Merge(before, theirs, mine, _ => MergeSide.Theirs).Taken);
        Assert.Empty(Merge(before, theirs, mine, _ => MergeSide.Mine).Taken);
    }

    [Fact]
    public void What_was_taken_of_theirs_is_told()
    {
        var result = Merge("""{"a":1,"b":1,"c":{"d":1},"tags":["x"]}""", """{"a":2,"b":1,"c":{"d":2},"tags":["x","y"]}""",
            """{"a":1,"b":2,"c":{"d":1,"e":1},"tags":["z","x"]}""");
        Assert.Equal(["a", "c.d", "tags[y]"], result.Taken);
    }

    [Theory]
    [InlineData("""{"a":{"b":1,"c":1}}""", """{"a":{"b":2,"c":1}}""", "a.b")]
    [InlineData("""{"a":{"b":1}}""", """{"a":7}""", "a")]
    [InlineData("""{"tools":[{"id":"a","n":1},{"id":"b"}]}""", """{"tools":[{"id":"a","n":2},{"id":"b"}]}""", "tools[a].n")]
    [InlineData("""{"tags":["a","b"]}""", """{"tags":["c","b"]}""", "tags[a]|tags[c]")]
    [InlineData("""{"tags":["a","b"]}""", """{"tags":["b","a"]}""", "tags (order)")]
    [InlineData("""{"free":[1,2]}""", """{"free":[2]}""", "free")]
    public void Where_I_changed_nothing_it_is_told_as_closely_as_where_I_did(string before, string theirs, string taken)
    {
        Assert.Equal(taken.Split('|'), Merge(before, theirs, before).Taken);
        Assert.Empty(Merge(before, before, theirs).Taken);
    }

    [Fact]
    public void A_conflict_is_where_it_stands_in_mine()
    {
        var conflict = Assert.Single(Merge("""{"tools":[{"id":"a","n":1}]}""", """{"tools":[{"id":"x"},{"id":"a","n":2}]}""",
            """{"tools":[{"id":"a","n":3}]}""").Conflicts);
        Assert.Equal("/tools/0/n", conflict.Path);
    }

    private static MergeResult Merge(string before, string theirs, string mine, Func<Outcomes.MergeConflict, MergeSide?>? decide = null) =>
        ThreeWayMerge.Merge(Text(before), Text(theirs), Text(mine), decide)!;

    private static string Compact(string json) => Text(json).Text;

    private static JsonText Text(string json) =>
        StrictJson.TryParse(Encoding.UTF8.GetBytes(json), out var text, out _) ? text : throw new JsonException();
}
