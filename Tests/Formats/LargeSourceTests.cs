using System.Text;
using AgentManagement.Formats;

namespace AgentManagement.Tests.Formats;

/// <summary>
/// Twice as much is twice as much work, and no more, counted in bytes that are allocated; what a file names again and again has a bound.
/// </summary>
public sealed class LargeSourceTests
{
    private const int Items = 1_000;

    // Tables grow in steps, so that some are larger than twice as large.
    private const double Twice = 2.7;

    private static readonly Dictionary<string, (string Format, string Path, Func<int, string> Write)> Sources = new()
    {
        ["agents of one name"] = ("openai", "a.json", count => List(count, _ => """{"name":"a","instructions":"x","model":"gpt-5"}""")),
        ["lines of one id"] = ("ndjson", "a.ndjson", count => string.Concat(Enumerable.Repeat(
            """{"id":"a","name":"a","type":"rag","config":{}}""" + "\n", count))),
        ["placeholders of one name"] = ("mcp", ".mcp.json", count => """{"mcpServers":{"a":{"command":"x","env":{""" + string.Join(
            ',', Enumerable.Range(0, count).Select(number => $"\"V{number}_TOKEN\":\"<your key {number}>\"")) + "}}}}"),
        ["members of a crew"] = ("cagent", "a.yaml", count => "agents:\n" + Lines(count, number => $"  a{number}:\n    instruction: x\n")),
        ["agents of a file with tools"] = ("letta", "a.af", count => "{\"agents\":" + List(
            count, number => $"{{\"name\":\"a{number}\",\"system\":\"x\",\"tool_ids\":[\"t{number}\"],\"block_ids\":[]}}")
            + ",\"blocks\":[],\"tools\":" + List(count, number => $"{{\"id\":\"t{number}\",\"name\":\"t{number}\"}}") + "}"),
        ["resources with models"] = ("kagent", "a.yaml", count => Lines(count, number =>
            $"apiVersion: kagent.dev/v1alpha2\nkind: Agent\nmetadata:\n  name: a{number}\nspec:\n  modelConfig: m{number}\n"
            + $"---\napiVersion: kagent.dev/v1alpha2\nkind: ModelConfig\nmetadata:\n  name: m{number}\nspec:\n  model: x\n---\n")),
    };

    public static TheoryData<string> All => [.. Sources.Keys];

    [Theory, MemberData(nameof(All))]
    public void Twice_as_much_is_twice_the_work(string what)
    {
        var (format, path, write) = Sources[what];
        // What is made once is not counted.
        Import(write(10));
        var (one, two) = (Import(write(Items)), Import(write(2 * Items)));
        Assert.True(two <= Twice * one, $"{what}: {one:n0} bytes, and {two:n0} for twice as much.");

        long Import(string text)
        {
            var source = FormatTesting.Source(path, text);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var result = FormatTesting.Format(format).Import(source);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(result.Agents.Length + result.Report.Errors.Length > 0);
            return allocated;
        }
    }

    [Fact]
    public void What_all_agents_of_a_file_share_has_a_bound()
    {
        var text = $"metadata:\n  readme: {new string('x', 1_000_000)}\nagents:\n"
            + Lines(Items, number => $"  a{number}:\n    instruction: x\n");
        var result = FormatTesting.Import("cagent", "a.yaml", text);
        Assert.Contains(result.Report.Errors, error => error.Message.Contains("too large", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_named_again_and_again_has_a_bound()
    {
        var large = Encoding.UTF8.GetBytes(new string('x', 3_000_000));
        var document = """{"version":"v1.2","name":"a","description":"d","instructions":"$[file('i.txt')]","more":""" + List(
            Items, _ => "\"$[file('i.txt')]\"") + "}";
        var source = FormatTesting.Source("declarativeAgent.json", document) with { Sibling = _ => large };
        var result = AgentFormats.Import([source], AgentFormats.Find("m365"))[0];
        Assert.Empty(result.Agents);
        Assert.Contains("too large together", Assert.Single(result.Report.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_around_a_value_have_a_bound()
    {
        var name = new string('x', 3_000);
        var result = FormatTesting.Import("openai", "a.json", $"{{\"name\":\"a\",\"metadata\":{{\"{name}\":{{\"b\":1}}}}}}");
        Assert.Contains("too long", Assert.Single(result.Report.Errors).Message, StringComparison.Ordinal);
    }

    private static string List(int count, Func<int, string> item) => $"[{string.Join(',', Enumerable.Range(0, count).Select(item))}]";

    private static string Lines(int count, Func<int, string> item) => string.Concat(Enumerable.Range(0, count).Select(item));
}
