using AgentManagement.Domain.Json;
using AgentManagement.WebGateway.Agents;

namespace AgentManagement.Tests.WebGateway;

public sealed class DifferenceTextTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "No difference.")]
    [InlineData("""{"name":"One"}""", """{"name":"Two"}""", """~ name: "One" → "Two" """)]
    [InlineData("""{"a":"1"}""", """{"a":1}""", """~ a: "1" → 1""")]
    [InlineData("""{}""", """{"tools":[{"id":"x"}]}""", """+ tools: [{"id":"x"}]""")]
    [InlineData("""{"tools":[]}""", """{"tools":[{"id":"x"}]}""", """+ tools[x]: {"id":"x"}""")]
    [InlineData("""{"tags":["a","b"]}""", """{"tags":["a"]}""", """- tags[b]: "b" """)]
    [InlineData("""{"tags":["a","b c","d"]}""", """{"tags":["d","a","b c"]}""", "~ tags: order a, b c, d → d, a, b c")]
    [InlineData("1", "2", "~ all: 1 → 2")]
    [InlineData("""{"t":"a\nb\nc"}""", """{"t":"a\nx\nc"}""", "~ t:|      a|    - b|    + x|      c")]
    [InlineData("""{}""", """{"t":"a\nb"}""", "+ t:|    + a|    + b")]
    [InlineData("""{"t":"a\nb"}""", """{}""", "- t:|    - a|    - b")]
    [InlineData("""{"t":"a\n"}""", """{"t":"a"}""", "~ t:|    - a␊|    + a")]
    [InlineData("""{"t":"a"}""", """{"t":"a\n"}""", "~ t:|    - a|    + a␊")]
    [InlineData("""{"t":"a\r\nb"}""", """{"t":"a\nb"}""", "~ t:|    - a␍|    + a|      b")]
    [InlineData("""{"t":"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11"}""", """{"t":"1\n2\n3\n4\n5\nsix\n7\n8\n9\n10\n11"}""",
        "~ t:|      …|      3|      4|      5|    - 6|    + six|      7|      8|      9|      …")]
    public void A_difference_is_told_in_lines(string from, string to, string expected) =>
        Assert.Equal($"{expected.TrimEnd()}|", Of(from, to).Replace('\n', '|'));

    [Fact]
    public void What_is_long_stands_on_lines_of_its_own()
    {
        var text = Of("{}", $$"""{"o":{"a":"{{new string('x', 120)}}","b":[1]} }""").Split('\n');
        Assert.Equal(["+ o:", "    + {", $"    +   \"a\": \"{new string('x', 120)}\",", "    +   \"b\": [", "    +     1", "    +   ]",
            "    + }", ""], text);
    }

    [Fact]
    public void What_comes_from_a_client_commands_no_terminal()
    {
        var text = Of("""{"a\u001bb":"\u001b[31m","t":"a\nb","tags":["x","\u0007"]}""",
            """{"a\u001bb":"\u001b[32m","t":"a\n\u001b[2J\u009b","tags":["\u0007","x"]}""");
        Assert.DoesNotContain(text, letter => char.IsControl(letter) && letter != '\n');
        Assert.Contains("␛[2J\uFFFD", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_of_very_many_lines_are_told_as_a_whole_and_soon()
    {
        string Lines(int first) => string.Join("\\n", Enumerable.Range(first, 40_000));
        var text = Of($$"""{"t":"{{Lines(0)}}"}""", $$"""{"t":"{{Lines(100_000)}}"}""");
        Assert.Equal(80_002, text.Split('\n').Length);
    }

    [Fact]
    public void Only_so_many_lines_of_an_answer_are_searched_for_differences()
    {
        string Lines(int text, int odd) => $"\"{string.Join("\\n", Enumerable.Range(0, 1_000).Select(line =>
            $"{text} {line}{(line % 2 == odd ? "" : " changed")}"))}\"";
        string Texts(int odd) => $"{{{string.Join(',', Enumerable.Range(0, 20).Select(text => $"\"t{text}\":{Lines(text, odd)}"))}}}";
        var lines = new LineDifference();
        DifferenceText.Of(Between(Texts(0), Texts(1)), lines);
        Assert.Equal(0, lines.Left);
        // What differs counts, and not what is around it.
        var others = new LineDifference();
        var edited = Lines(0, 0).Replace("500", "x", StringComparison.Ordinal);
        DifferenceText.Of(Between($$"""{"t":{{Lines(0, 0)}}}""", $$"""{"t":{{edited}}}"""), others);
        Assert.Equal(3_998, others.Left);
    }

    [Fact]
    public void Different_contents_never_look_the_same() => Assert.All(Enumerable.Range(1, 500), seed =>
    {
        var pair = new Json.DocumentPair(seed);
        var text = Of(pair.Older.ToJsonString(), pair.Newer.ToJsonString());
        Assert.Equal(Between(pair.Older.ToJsonString(), pair.Newer.ToJsonString()).IsEmpty, text == "No difference.\n");
    });

    private static string Of(string from, string to) => DifferenceText.Of(Between(from, to));

    private static ImmutableArray<DiffOperation> Between(string from, string to) =>
        JsonDifference.Between(StrictJson.Parse(Given.Read(from)), StrictJson.Parse(Given.Read(to)))!.Value;
}
