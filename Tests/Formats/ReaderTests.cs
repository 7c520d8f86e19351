using System.Text;
using AgentManagement.Formats;
using static AgentManagement.Tests.Formats.FormatTesting;

namespace AgentManagement.Tests.Formats;

/// <summary>Files as they are: encodings, line ends, and what is too much.</summary>
public sealed class ReaderTests
{
    private const string Agent = """{"name":"Möwe","model":"gpt-5","instructions":"Cry."}""";

    public static TheoryData<string, byte[]> Encodings => new()
    {
        { "UTF-8", new UTF8Encoding(false).GetBytes(Agent) },
        { "UTF-8 with a mark", [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Agent)] },
        { "UTF-16, little end first", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Agent)] },
        { "UTF-16, big end first", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Agent)] },
        { "UTF-16 without a mark", Encoding.Unicode.GetBytes(Agent) },
        { "UTF-16 without a mark, big end first", Encoding.BigEndianUnicode.GetBytes(Agent) },
        { "JSON in a text of JSON", Encoding.UTF8.GetBytes(JsonValue.Create(Agent).ToJsonString()) },
        { "JSON in a text in a text", Encoding.UTF8.GetBytes(JsonValue.Create(JsonValue.Create(Agent).ToJsonString()).ToJsonString()) },
        { "YAML", Encoding.UTF8.GetBytes("name: Möwe\nmodel: gpt-5\ninstructions: Cry.\n") },
        { "YAML with Windows' line ends", Encoding.UTF8.GetBytes("name: Möwe\r\nmodel: gpt-5\r\ninstructions: Cry.\r\n") },
    };

    [Theory, MemberData(nameof(Encodings))]
    public void The_same_is_read_however_it_is_written(string encoding, byte[] bytes)
    {
        var result = Format("openai").Import(new("", bytes));
        Assert.True(result.Report.Errors.IsEmpty, $"{encoding}: {string.Join(' ', result.Report.Errors)}");
        Assert.Equal("Möwe", Assert.Single(result.Agents)["name"]!.GetValue<string>());
    }

    public static TheoryData<string, string, int?, string> Refused => new()
    {
        { "a.json", "", null, "empty" },
        { "a.json", " \r\n\t", null, "empty" },
        { "a.json", "{\n\"name\": \"x\",\n\"model\" 5}", 3, "JSON" },
        { "a.json", """{"name":"x","name":"y"}""", 1, "twice" },
        { "a.json", """{"name":"\ud800"}""", 1, "half" },
        { "a.json", """{"name":"\u0000"}""", 1, "U+0000" },
        { "a.json", """{"name":"x","tools":[{"$item":"x"}]}""", 1, "importer's own" },
        { "a.json", "null", 1, "null" },
        { "a.json", "7", 1, "object" },
        { "a.json", $"{new string('[', 200)}{new string(']', 200)}", 1, "deep" },
        { "a.yaml", $"{new string('[', 200)}{new string(']', 200)}", 1, "deep" },
        { "a.yaml", "name: x\nname: y", 2, "twice" },
        { "a.yaml", "name: x\n\tmodel: y", null, "YAML" },
        { "a.yaml", "name: [x", null, "YAML" },
        { "a.yaml", "name: *nobody", 1, "alias" },
        { "a.yaml", "name: !!binary aGk=", 1, "tag" },
        { "a.yaml", "name: !Secret x", 1, "tag" },
        { "a.yaml", "? [a, b]\n: c", 1, "not a text" },
        { "a.json", """{"name":"x"}{"name":"y"}""", 1, "JSON" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_cannot_be_read_is_told_of_with_its_line(string path, string text, int? line, string word)
    {
        var result = Import("openai", path, text);
        Assert.Empty(result.Agents);
        var error = Assert.Single(result.Report.Errors);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.Equal(path, error.Path);
        if (line is not null) Assert.Equal(line, error.Line);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_told_of_with_their_line()
    {
        var error = Assert.Single(Format("openai").Import(new("a.json", new byte[] { 0x7B, 0x0A, 0x22, 0xC3, 0x28 })).Report.Errors);
        Assert.Equal((2, "The file is neither UTF-8 nor UTF-16."), (error.Line, error.Message));
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused()
    {
        var error = Assert.Single(Format("openai").Import(new("a.json", new byte[SourceText.MaxBytes + 1])).Report.Errors);
        Assert.Contains("4 MiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_that_multiply_are_refused_before_they_are_written_out()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 30; level++)
        {
            bomb.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        }
        var error = Assert.Single(Import("openai", "a.yaml", bomb.ToString()).Report.Errors);
        Assert.Contains("aliases", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Line!.Value, 2, 6);
    }

    [Fact]
    public void Aliases_that_go_deeper_and_deeper_are_refused()
    {
        var deep = new StringBuilder("a0: &a0 [x]\n");
        for (var level = 1; level < 60; level++) deep.Append($"a{level}: &a{level} [*a{level - 1}]\n");
        Assert.Contains("deep", Assert.Single(Import("openai", "a.yaml", deep.ToString()).Report.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_and_merged_members_are_written_out()
    {
        var text = "x-base: &base {model: gpt-5, temperature: 0.5}\n<<: *base\ntemperature: 1\nname: Tern\n"
            + "instructions: &i Cry.\nx-again: *i\n";
        var content = ImportOne("openai", "a.yaml", text);
        AssertTyped(content,
            """
            {"id":"tern","name":"Tern","type":"conversational","config":{"model":{"provider":"openai","id":"gpt-5","params":{"temperature":1}},"instructions":{"template":"Cry."}}}
            """);
        Assert.Equal("Cry.", SourceOf(content)!["openai"]!["x-again"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("007", "\"007\"")]
    [InlineData("1e3", "1e3")]
    [InlineData("+5", "5")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5.0")]
    [InlineData("-.5e1", "-0.5e1")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("True", "true")]
    [InlineData("~", "null")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("1e999", "\"1e999\"")]
    [InlineData("2026-01-02", "\"2026-01-02\"")]
    [InlineData("0x1F", "\"0x1F\"")]
    public void A_plain_word_of_yaml_is_what_yaml_1_2_says(string written, string json) =>
        AssertSame(JsonNode.Parse(json), YamlReader.Resolve(written));

    [Fact]
    public void Whatever_is_written_as_yaml_is_read_again()
    {
        var document = JsonNode.Parse("""{"a":{"b":[{"c":"x","d":[[1,["y"]],{}]},[],"text\n"]},"e":null,"f":"","g":1.50,"yes":true}""")!.AsObject();
        for (var seed = 0; seed < 3_000; seed++)
        {
            var changed = new Mutation(seed).Of(document);
            var text = YamlWriter.Write(changed);
            AssertSame(changed, changed.Count == 0 ? new JsonObject() : Assert.Single(YamlReader.Read(text)).Node);
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_body_is_kept_byte_for_byte(string end)
    {
        var body = $"{end}# Title {end}{end}---{end}\ttabbed  {end}no end";
        var text = $"---{end}name: gull{end}description: x{end}---{end}{body}";
        var content = ImportOne("claude", "gull.md", text);
        Assert.Equal(body, content["config"]!["instructions"]!["template"]!.GetValue<string>());
        Assert.EndsWith($"---\n{body}", Format("claude").Export(content).Text, StringComparison.Ordinal);
        AssertRoundTrip("claude", content);
    }

    [Fact]
    public void Instructions_of_32000_lines_are_taken_and_longer_ones_than_the_document_has_are_kept_or_refused()
    {
        var lines = string.Concat(Enumerable.Repeat("Cry.\n", 32_000));
        var content = ImportOne("claude", "gull.md", $"---\nname: gull\n---\n{lines}");
        Assert.Equal(lines, content["config"]!["instructions"]!["template"]!.GetValue<string>());
        AssertRoundTrip("claude", content);

        var tooLong = new string('x', 256_001);
        var kept = Import("claude", "gull.md", $"---\nname: gull\n---\n{tooLong}");
        Assert.Equal("/$body", Assert.Single(kept.Report.NotMapped).Pointer);
        AssertRoundTrip("claude", Assert.Single(kept.Agents));

        var refused = Import("claude", "gull.md", $"---\nname: gull\n---\n{string.Concat(Enumerable.Repeat("Much too long.\n", 32_000))}");
        Assert.Empty(refused.Agents);
        Assert.Contains("256 kB", Assert.Single(refused.Report.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Front_matter_without_an_end_is_told_of()
    {
        var error = Assert.Single(Import("claude", "gull.md", "---\nname: gull\n").Report.Errors);
        Assert.Equal((1, true), (error.Line, error.Message.Contains("no end", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a.ndjson")]
    [InlineData("")]
    public void Of_lines_each_is_read_for_itself(string path)
    {
        var line = """{"id":"gull","name":"Gull","type":"conversational","config":{}}""";
        var result = Import("ndjson", path, $"{line}\r\n\r\n{{]\n[]\n{line.Replace("gull", "tern")}\n");
        // The second line is empty; the fourth is a list without items.
        Assert.Equal(["gull", "tern"], result.Agents.Select(agent => agent["id"]!.GetValue<string>()));
        Assert.Equal(3, Assert.Single(result.Report.Errors).Line);
    }
}
