using System.Text;
using AgentManagement.Bench.Import;
using AgentManagement.Formats;
using static AgentManagement.Tests.Formats.FormatTesting;

namespace AgentManagement.Tests.Formats;

/// <summary>What comes in goes out and comes in again just so.</summary>
public sealed class RoundTripTests
{
    private const int Mutations = 100;

    private const string Whole =
        """
        {"id":"tern","name":"Tern","description":"Cries.","type":"conversational","tags":["bird","north"],"icon":"🐦","category":"life","author":"Gull","licence":"MIT","homepage":"https://example.com/tern",
         "config":{"schemaVersion":1,"model":{"provider":"openai","id":"gpt-5","params":{"temperature":0.5,"maxTokens":100,"topP":1,"topK":4,"frequencyPenalty":0,"presencePenalty":0,"seed":7,"stop":["END"],
           "reasoningEffort":"low","reasoningBudgetTokens":10,"verbosity":"low","parallelToolCalls":true,"stream":false,"providerOptions":{"x":1}},
           "endpoint":{"baseUrl":"https://models.example.com/v1","region":"eu"},"contextWindow":8000,"fallbacks":[{"provider":"anthropic","id":"claude-x"}]},
          "instructions":{"template":"Cry {{how}}.\n","variables":{"how":{"type":"enum","choices":["loud","low"]},"port":{"type":"string","label":"Port","max":9}},"firstMessage":"Ahoy.","language":"en"},
          "tools":[{"id":"clock","description":"Tells the hour.","inputSchema":{"type":"object","properties":{"zone":{"type":"string"}}}},{"id":"charts","openapi":{"ref":"charts.json"}},{"id":"off","enabled":false}],
          "mcpServers":[{"name":"a","url":"https://a.example.com/mcp","headers":{"X-API-Key":"secret://a"},"approval":"never"},{"name":"b","command":"b","args":["-x"],"env":{"Z":"1"},"timeoutSeconds":5},{"name":"c","registry":"c"}],
          "knowledge":{"collections":["one"],"sources":[{"type":"site","ref":"https://site.example.com"},{"type":"url","ref":"https://url.example.com"},{"type":"connector","ref":"c1"}],"topK":3,"similarityThreshold":0.5,"embeddingModel":"e"},
          "examples":[{"input":"Hm?","output":"Cry."}],"starters":[{"text":"Cry."},{"title":"Again","text":"Cry."},{"text":"Cry.#2"}],
          "capabilities":{"vision":true,"fileUpload":false,"webSearch":true,"codeInterpreter":true,"imageGeneration":false},"memory":{"type":"window","window":5,"blocks":[{"label":"persona","value":"Calm.","limit":100}]},
          "guardrails":{"moderation":"low"},"limits":{"maxIterations":9,"timeoutSeconds":60},"output":{"format":"json","schema":{"type":"object"}},
          "handoffs":[{"agentId":"gull","title":"Ask","prompt":"Go."},{"agentId":"gull"},{"agentId":"puffin","mode":"delegate"},{"external":{"url":"https://other.example.com/a2a","protocol":"a2a"}}]}}
        """;

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Samples.All.Length)];

    [Theory, MemberData(nameof(Numbers))]
    public void A_file_says_again_all_that_it_said(int number)
    {
        var (format, path, text) = Samples.All[number];
        AssertRoundTrip(format, ImportOne(format, path, text), Document(format, path, text));
    }

    [Theory, MemberData(nameof(Numbers))]
    public void A_file_is_recognized(int number)
    {
        var (format, path, text) = Samples.All[number];
        Assert.Equal(format, AgentFormats.Detect(Source(path, text))?.Name);
        Assert.True(Format(format).Recognizes(Source(path, text)));
    }

    [Theory, MemberData(nameof(Numbers))]
    public void Whatever_a_file_has_in_place_of_what_is_expected_is_kept_and_what_is_made_of_it_is_valid(int number)
    {
        var (format, path, text) = Samples.All[number];
        var document = Document(format, path, text);
        var imported = 0;
        for (var seed = 0; seed < Mutations; seed++)
        {
            var changed = new Mutation(seed).Of(document);
            var result = Import(format, path, Written(format, changed));
            if (result.Agents.IsEmpty)
            {
                Assert.NotEmpty(result.Report.Errors);
                continue;
            }
            imported++;
            // The service's own lines are not mapped: what is wrong with them is the service's to say.
            if (format == "ndjson")
            {
                AssertSame(result.Agents[0], Import(format, path, Format(format).Export(result.Agents[0]).Text).Agents[0]);
            }
            else if (result.Agents.Length > 1 || !result.Report.Errors.IsEmpty) Assert.All(result.Agents, agent => AssertValid(agent));
            else AssertRoundTrip(format, result.Agents[0], Document(format, path, Written(format, changed)));
        }
        Assert.True(imported > Mutations / 4, $"{imported} of {Mutations}");
    }

    [Theory, MemberData(nameof(Numbers))]
    public void Edits_of_what_was_imported_are_written_and_the_rest_stays(int number)
    {
        var (format, path, text) = Samples.All[number];
        var content = ImportOne(format, path, text);
        for (var seed = 0; seed < 50; seed++)
        {
            var edited = content.DeepClone().AsObject();
            var config = new Mutation(seed).Of(edited["config"]!.AsObject());
            edited["config"] = config;
            if (!IsValid(edited)) continue;
            var file = Format(format).Export(edited);
            var again = Assert.Single(Import(format, file.Path, file.Text).Agents);
            // What the format can say of the edit is what comes back, and it says the same from then on.
            Assert.Equal(file.NotMapped, Exporting.Missing(edited, again));
            var once = Format(format).Export(again);
            AssertSame(again, Assert.Single(Import(format, once.Path, once.Text).Agents));
        }
    }

    [Theory, MemberData(nameof(Numbers))]
    public void Whatever_was_made_of_what_is_kept_an_export_is_written(int number)
    {
        var (format, path, text) = Samples.All[number];
        var content = ImportOne(format, path, text);
        for (var seed = 0; seed < 50; seed++)
        {
            var changed = content.DeepClone().AsObject();
            changed["metadata"] = new Mutation(seed).Of(new Mutation(seed + 1_000).Of(content["metadata"]?.AsObject() ?? []));
            Assert.NotEmpty(Format(format).Export(changed).Path);
        }
    }

    public static TheoryData<string> Names => [.. AgentFormats.All.Where(format => format.CanExport).Select(format => format.Name)];

    /// <summary>Contents that the service has, with all that a configuration can say, or a part of it.</summary>
    [Theory, MemberData(nameof(Names))]
    public void What_a_format_says_of_a_content_comes_back_from_it(string format)
    {
        var written = 0;
        for (var seed = 0; seed < 120; seed++)
        {
            var content = new Mutation(seed).Of(JsonNode.Parse(Whole)!.AsObject());
            if (!IsValid(content)) continue;
            written++;
            var file = Format(format).Export(content);
            var result = Import(format, file.Path, file.Text);
            Assert.Empty(result.Report.Errors);
            var again = Assert.Single(result.Agents);
            Assert.Equal(file.NotMapped, Exporting.Missing(content, again));
            if (format == "ndjson" && content["id"] is not null) AssertSame(content, again);
            AssertRoundTrip(format, again);
        }
        Assert.True(written > 8, $"{written}");
    }

    [Fact]
    public void Real_agents_come_in_and_go_out_again_as_they_were_and_in_every_other_format()
    {
        var path = RealAgents.FindPath();
        if (path is null) Assert.Skip($"There is no file of real agents; {RealAgents.PathVariable} names it.");
        var lines = File.ReadLines(path).Where(line => line.Length > 0).ToList();
        Assert.True(lines.Count > 300);
        foreach (var (number, line) in lines.Index())
        {
            var content = ImportOne("lobechat", "", line);
            AssertRoundTrip("lobechat", content, JsonNode.Parse(line)!.AsObject());
            Assert.Equal(
                JsonNode.Parse(line)!["config"]!["systemRole"]!.GetValue<string>(),
                content["config"]!["instructions"]!["template"]!.GetValue<string>());
            if (number % 10 != 0) continue;
            foreach (var format in AgentFormats.All.Where(format => format.CanExport))
            {
                var file = format.Export(content);
                var again = Assert.Single(format.Import(Source(file.Path, file.Text)).Agents);
                AssertRoundTrip(format.Name, again);
                if (format.Name == "ndjson") AssertSame(content, again);
                if (format.Name is not ("mcp" or "a2a")) Assert.DoesNotContain("/config/instructions/template", file.NotMapped);
            }
        }
    }

    private static bool IsValid(JsonObject content)
    {
        try
        {
            AssertValid(content);
            return true;
        }
        catch (Xunit.Sdk.XunitException)
        {
            return false;
        }
    }

    private static string Written(string format, JsonObject document) => Format(format).Syntax switch
    {
        Syntax.Markdown => FrontMatter.Write(document),
        Syntax.Yaml => YamlWriter.Write(document),
        _ => document.ToJsonString(),
    };
}
