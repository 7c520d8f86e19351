using static AgentManagement.Tests.Formats.FormatTesting;

namespace AgentManagement.Tests.Formats;

/// <summary>Claude Code's and GitHub Copilot's agents.</summary>
public sealed class MarkdownFormatTests
{
    [Fact]
    public void An_agent_of_claude_code_has_its_places()
    {
        var (_, path, text) = Samples.All.First(sample => sample.Format == "claude");
        var content = ImportOne("claude", path, text);
        AssertTyped(content,
            """
            {"id":"harbour-pilot","name":"harbour-pilot","description":"Guides ships into the harbour. Use when a ship calls.","type":"conversational",
             "config":{"model":{"provider":"anthropic","id":"sonnet","params":{"reasoningEffort":"high"}},
              "instructions":{"template":"\nYou know every rock.\n\n- Tell the depth first."},
              "tools":[{"id":"Read"},{"id":"Grep"},{"id":"Bash","config":{"allow":["git log:*","tide --now"]}},{"id":"mcp__charts__find"}],
              "mcpServers":[{"name":"charts","transport":"http","url":"https://charts.example.com/mcp","headers":{"Authorization":"secret://CHARTS_TOKEN"}}],
              "starters":[{"text":"Which ship?"}],"limits":{"maxIterations":12}}}
            """);
        AssertSame(
            JsonNode.Parse("""
                {"format":"claude","added":{"name":"harbour-pilot","type":"conversational"},"placeholders":[{"ref":"secret://CHARTS_TOKEN","text":"Bearer ${CHARTS_TOKEN}"}],
                 "claude":{"tools":"Read, Grep, Bash(git log:*), Bash(tide --now), mcp__charts__find","color":"blue","permissionMode":"plan","skills":["depths","currents"]}}
                """),
            SourceOf(content));
        Assert.Equal(
            ["/color", "/permissionMode", "/skills"], Import("claude", path, text).Report.NotMapped.Select(each => each.Pointer));
    }

    [Fact]
    public void An_agent_of_copilot_has_its_places()
    {
        var (_, path, text) = Samples.All.First(sample => sample.Format == "copilot");
        var result = Import("copilot", path, text);
        AssertTyped(Assert.Single(result.Agents),
            """
            {"id":"tide-table","name":"Tide Table","description":"Says when the water is high.","type":"conversational",
             "config":{"model":{"provider":"copilot","id":"Claude Sonnet 4.5","fallbacks":[{"provider":"copilot","id":"GPT-5"}]},
              "instructions":{"template":"Give the hour in local time."},"tools":[{"id":"search/codebase"},{"id":"charts/*"}],
              "mcpServers":[{"name":"charts","transport":"stdio","command":"charts-server","args":["--quiet"],"env":{"CHARTS_TOKEN":"secret://CHARTS_TOKEN"},"allowedTools":["*"]}],
              "starters":[{"text":"Which port, which day?"}],
              "handoffs":[{"agentId":"harbour-pilot","title":"Bring it in","prompt":"Guide the ship in."},{"agentId":"harbour-pilot","title":"Look again","prompt":"The tide turned."},
               {"agentId":"harbour-pilot","mode":"delegate"}]}}
            """);
        Assert.Equal(
            ["/agents/1", "/handoffs/0/send", "/target", "/tools/2"],
            result.Report.NotMapped.Select(each => each.Pointer).Order(StringComparer.Ordinal));
        Assert.Contains(result.Report.Renamed, each => (each.Kind, each.From, each.To) == ("agent", "Tide Table", "tide-table"));
        Assert.Contains(result.Report.Renamed, each => (each.Kind, each.From, each.To) == ("handoff", "Harbour Pilot", "harbour-pilot"));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("tools:\n", null)]
    [InlineData("tools: []\n", "[]")]
    [InlineData("tools: '*'\n", """[{"id":"*"}]""")]
    [InlineData("tools: Read\n", """[{"id":"Read"}]""")]
    [InlineData("tools: Read,Write , Task(a, b)\n", """[{"id":"Read"},{"id":"Write"},{"id":"Task","config":{"allow":["a, b"]}}]""")]
    [InlineData("tools: [Read, Read]\n", """[{"id":"Read"}]""")]
    [InlineData("tools: [5, {a: b}, Read]\n", """[{"id":"Read"}]""")]
    [InlineData("tools: 5\n", null)]
    [InlineData("tools: [' ']\n", null)]
    public void No_tools_and_all_tools_are_told_apart(string tools, string? expected)
    {
        var content = ImportOne("claude", "tern.md", $"---\nname: tern\n{tools}---\nCry.");
        AssertSame(expected is null ? null : JsonNode.Parse(expected), content["config"]!["tools"]);
        AssertRoundTrip("claude", content, Document("claude", "tern.md", $"---\nname: tern\n{tools}---\nCry."));
    }

    [Theory]
    [InlineData("inherit", """{"inherit":true}""")]
    [InlineData("opus", """{"provider":"anthropic","id":"opus"}""")]
    [InlineData("claude-opus-4-1-20250805", """{"provider":"anthropic","id":"claude-opus-4-1-20250805"}""")]
    [InlineData("openai/gpt-5", """{"provider":"openai","id":"gpt-5"}""")]
    [InlineData("[opus, haiku]", """{"provider":"anthropic","id":"opus","fallbacks":[{"provider":"anthropic","id":"haiku"}]}""")]
    [InlineData("''", null)]
    [InlineData("5", null)]
    public void A_model_is_an_id_an_alias_a_list_or_what_is_inherited(string model, string? expected)
    {
        var content = ImportOne("claude", "tern.md", $"---\nname: tern\nmodel: {model}\n---\nCry.");
        AssertSame(expected is null ? null : JsonNode.Parse(expected), content["config"]!["model"]);
        AssertRoundTrip("claude", content);
    }

    [Fact]
    public void A_parameter_without_a_model_is_one_of_the_model_that_is_inherited()
    {
        var content = ImportOne("claude", "tern.md", "---\nname: tern\neffort: low\n---\nCry.");
        AssertSame(JsonNode.Parse("""{"inherit":true,"params":{"reasoningEffort":"low"}}"""), content["config"]!["model"]);
        Assert.DoesNotContain("model:", Format("claude").Export(content).Text, StringComparison.Ordinal);
        AssertRoundTrip("claude", content);
    }

    [Fact]
    public void A_file_without_front_matter_is_an_agent_named_by_its_file()
    {
        var content = ImportOne("copilot", ".github/agents/tern.agent.md", "Cry.\r\n");
        AssertTyped(content, """{"id":"tern","name":"tern","type":"conversational","config":{"instructions":{"template":"Cry.\r\n"}}}""");
        Assert.Equal("Cry.\r\n", Format("copilot").Export(content).Text);
    }

    [Fact]
    public void Agents_that_come_together_get_ids_of_their_own_and_hand_offs_follow()
    {
        var results = AgentManagement.Formats.AgentFormats.Import(
        [
            Source("a/Plan It.agent.md", "---\nhandoffs: [{agent: plan it!}, {agent: Plan It}, {agent: Nobody Here}]\n---\nA"),
            Source("b/plan it!.agent.md", "---\ndescription: b\n---\nB"),
            Source("c/plan-it.agent.md", "---\ndescription: c\n---\nC"),
        ], Format("copilot"));
        Assert.Equal(
            ["plan-it", "plan-it-2", "plan-it-3"], results.Select(result => Assert.Single(result.Agents)["id"]!.GetValue<string>()));
        Assert.Equal(
            ["plan-it-2", "plan-it", "nobody-here"],
            results[0].Agents[0]["config"]!["handoffs"]!.AsArray().Select(each => each!["agentId"]!.GetValue<string>()));

        var files = results.Select(result => Format("copilot").Export(result.Agents[0])).ToList();
        Assert.Contains("plan it!", files[0].Text, StringComparison.Ordinal);
        var again = AgentManagement.Formats.AgentFormats.Import([.. files.Select(file => Source(file.Path, file.Text))], Format("copilot"));
        Assert.Equal(["plan-it", "plan-it-2", "plan-it-3"], again.Select(result => result.Agents[0]["id"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("Ärzte & Co.", "rzte-co")]
    [InlineData("  Many   spaces ", "many-spaces")]
    [InlineData("__init__", "init__")]
    [InlineData("snake_case", "snake_case")]
    [InlineData("海鸥", "agent-")]
    public void Names_become_ids(string name, string begins)
    {
        var content = ImportOne("claude", "x.md", $"---\nname: \"{name}\"\n---\nCry.");
        Assert.StartsWith(begins, content["id"]!.GetValue<string>(), StringComparison.Ordinal);
        AssertRoundTrip("claude", content);
    }

    [Fact]
    public void What_the_format_cannot_say_is_told_and_what_is_off_is_not_switched_on()
    {
        var content = JsonNode.Parse("""
            {"id":"tern","name":"Tern of the north","type":"rag","config":{"instructions":{"template":"Cry."},"guardrails":{"moderation":"high"},
             "tools":[{"id":"Read"},{"id":"Bash","enabled":false}]}}
            """)!.AsObject();
        var file = Format("claude").Export(content);
        Assert.Equal("---\nname: tern\ntools:\n  - Read\n---\nCry.", file.Text);
        Assert.Equal(".claude/agents/tern.md", file.Path);
        Assert.Equal(
            ["/name", "/type", "/config/guardrails/moderation", "/config/tools/1/id", "/config/tools/1/enabled"], file.NotMapped);
    }

    [Fact]
    public void Edits_are_written_and_the_rest_stays_where_it_was()
    {
        var (_, path, text) = Samples.All.First(sample => sample.Format == "copilot");
        var content = ImportOne("copilot", path, text);
        var config = content["config"]!.AsObject();
        config["handoffs"]!.AsArray().RemoveAt(0);
        config["handoffs"]!.AsArray().Insert(0, JsonNode.Parse("""{"agentId":"new-one","title":"New"}"""));
        config["tools"]!.AsArray().Add(JsonNode.Parse("""{"id":"fetch"}"""));
        content["description"] = "Another one.";
        config.Remove("starters");
        var written = Document("copilot", path, Format("copilot").Export(content).Text);
        Assert.Equal("Another one.", written["description"]!.GetValue<string>());
        Assert.Equal("vscode", written["target"]!.GetValue<string>());
        Assert.False(written.ContainsKey("argument-hint"));
        AssertSame(JsonNode.Parse("""["search/codebase","charts/*","fetch"]"""), written["tools"]);
        AssertSame(JsonNode.Parse("""["Harbour Pilot","*"]"""), written["agents"]);
        Assert.Equal(["New", "Look again"], written["handoffs"]!.AsArray().Select(each => each!["label"]!.GetValue<string>()));
    }
}
