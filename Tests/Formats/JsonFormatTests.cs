using static AgentManagement.Tests.Formats.FormatTesting;

namespace AgentManagement.Tests.Formats;

/// <summary>The service's own lines, servers of the Model Context Protocol, and OpenAI's agents.</summary>
public sealed class JsonFormatTests
{
    [Fact]
    public void A_line_of_the_service_is_taken_as_it_is()
    {
        var line = """{"id":"gull","name":"Gull","type":"rag","config":{"model":{"provider":"X","id":"y"}},"metadata":{"source":{"format":"claude","claude":{"color":"red"}}},"status":"active","version":7,"createdAt":"2026-01-01T00:00:00Z"}""";
        var content = ImportOne("ndjson", "a.ndjson", line);
        var expected = JsonNode.Parse(line)!.AsObject();
        foreach (var name in new[] { "status", "version", "createdAt" }) expected.Remove(name);
        AssertSame(expected, content);
        AssertRoundTrip("ndjson", content);
        // What it kept of another format goes out in that one.
        Assert.Contains("color: red", Format("claude").Export(content).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_keeps_what_the_service_will_refuse_and_gets_an_id_that_it_takes()
    {
        var content = ImportOne("ndjson", "a.jsonl", """{"id":"The Gull","name":"Gull","type":"rag","config":{},"colour":"white"}""");
        AssertSame(
            JsonNode.Parse("""{"id":"the-gull","name":"Gull","type":"rag","config":{},"metadata":{"source":{"id":"The Gull"}},"colour":"white"}"""),
            content);
        Assert.Contains("\"colour\":\"white\"", Format("ndjson").Export(content).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_id_twice_in_lines_of_the_service_is_an_error()
    {
        var line = """{"id":"gull","name":"Gull","type":"rag","config":{}}""";
        var result = Import("ndjson", "a.ndjson", $"{line}\n{line}\n");
        Assert.Single(result.Agents);
        Assert.Equal((2, "/id"), (result.Report.Errors[0].Line, result.Report.Errors[0].Pointer));
    }

    [Fact]
    public void Servers_have_their_places()
    {
        var (_, path, text) = Samples.All.First(sample => sample.Format == "mcp");
        var result = Import("mcp", path, text);
        AssertTyped(Assert.Single(result.Agents),
            """
            {"id":"lighthouse","name":"lighthouse","type":"conversational","config":{"mcpServers":[
             {"name":"charts","command":"npx","args":["-y","charts-server"],"env":{"CHARTS_API_KEY":"secret://CHARTS_API_KEY","ZONE":"north"},"enabled":false},
             {"name":"weather","url":"https://weather.example.com/mcp","transport":"http","headers":{"X-API-Key":"secret://your-weather-key"},"timeoutSeconds":30},
             {"name":"signals","url":"https://signals.example.com/sse","transport":"sse","timeoutSeconds":60}]}}
            """);
        Assert.Equal(
            [("/mcpServers/charts/autoApprove", "nothing here is like it"), ("/mcpServers/odd", "has no address and no command that fits")],
            result.Report.NotMapped.Select(each => (each.Pointer, each.Reason)));
    }

    [Fact]
    public void An_editors_servers_have_their_places_and_its_questions_stay()
    {
        var (_, path, text) = Samples.All.Last(sample => sample.Format == "mcp");
        var content = ImportOne("mcp", path, text);
        AssertTyped(content,
            """
            {"id":"lighthouse","name":"lighthouse","type":"conversational","config":{"mcpServers":[
             {"name":"charts","transport":"stdio","command":"uvx","args":["charts"],"cwd":"${workspaceFolder}","env":{"KEY":"secret://charts"}}]}}
            """);
        content["config"]!["mcpServers"]!.AsArray().Add(JsonNode.Parse("""{"name":"new","url":"https://new.example.com/mcp"}"""));
        var written = JsonNode.Parse(Format("mcp").Export(content).Text)!;
        Assert.Equal(["charts", "new"], written["servers"]!.AsObject().Select(server => server.Key));
        Assert.Equal("${input:charts}", written["servers"]!["charts"]!["env"]!["KEY"]!.GetValue<string>());
        Assert.NotNull(written["servers"]!["charts"]!["dev"]);
        Assert.NotNull(written["inputs"]);
    }

    [Theory]
    [InlineData("""{"url":"https://a.example.com","command":"x"}""", "has an address and a command")]
    [InlineData("""{"url":"ftp://a.example.com"}""", "has no address and no command that fits")]
    [InlineData("""{"url":"https://a.example.com","type":"stdio"}""", "its transport is another one")]
    [InlineData("""{"command":"x","type":"sse"}""", "its transport is another one")]
    [InlineData("5", "nothing here is like it")]
    public void A_server_that_a_configuration_cannot_hold_stays_whole_and_why_is_told(string server, string reason)
    {
        var text = $$$$"""{"mcpServers":{"a":{{{{server}}}},"b":{"command":"y"}}}""";
        var result = Import("mcp", "port/.mcp.json", text);
        Assert.Equal(["b"], result.Agents[0]["config"]!["mcpServers"]!.AsArray().Select(each => each!["name"]!.GetValue<string>()));
        Assert.Equal(("/mcpServers/a", reason), (result.Report.NotMapped[0].Pointer, result.Report.NotMapped[0].Reason));
        AssertRoundTrip("mcp", result.Agents[0], JsonNode.Parse(text)!.AsObject());
    }

    [Theory]
    [InlineData("""{"mcpServers":{}}""")]
    [InlineData("""{"servers":{}}""")]
    [InlineData("""{"mcpServers":5}""")]
    [InlineData("""{"mcpServers":{"a":{"command":"x"}},"servers":{"b":{"command":"y"}}}""")]
    [InlineData("""{"mcpServers":{"a":{"command":"x","args":"y","env":{"N":5},"timeout":1500,"disabled":"yes","type":"pigeon"}}}""")]
    [InlineData("""{"mcpServers":{"":{"command":"x"}," a ":{"command":"y"},"a":{"command":"z"}}}""")]
    [InlineData("""{"mcpServers":{"a":{"url":"https://a.example.com","serverUrl":"https://b.example.com"}}}""")]
    public void Servers_of_odd_shapes_come_back(string text) =>
        AssertRoundTrip("mcp", ImportOne("mcp", "port/.mcp.json", text), JsonNode.Parse(text)!.AsObject());

    [Fact]
    public void Parameters_of_responses_have_their_places()
    {
        var (_, path, text) = Samples.All.First(sample => sample.Format == "openai");
        var result = Import("openai", path, text);
        AssertTyped(Assert.Single(result.Agents),
            """
            {"id":"tide-clerk","name":"Tide clerk","description":"Knows the tides.","type":"conversational","config":{
             "model":{"provider":"openai","id":"gpt-5","params":{"temperature":0.2,"topP":0.9,"maxTokens":900,"reasoningEffort":"low","verbosity":"low","parallelToolCalls":false,"stream":true}},
             "instructions":{"template":"Say the hour."},
             "tools":[{"id":"depth_at","description":"Depth of a place.","inputSchema":{"type":"object","properties":{"place":{"type":"string"}},"required":["place"]}},{"id":"local_shell"}],
             "mcpServers":[{"name":"charts","url":"https://charts.example.com/mcp","allowedTools":["find"],"approval":"never","auth":{"secretRef":"secret://CHARTS_TOKEN"}}],
             "knowledge":{"collections":["vs_tides"],"topK":8,"similarityThreshold":0.3},
             "capabilities":{"webSearch":true,"codeInterpreter":true},
             "output":{"format":"json","schema":{"type":"object","properties":{"hour":{"type":"string"}}}}}}
            """);
        Assert.Equal(
            ["/metadata/team", "/reasoning/summary", "/store", "/text/format/name", "/text/format/strict", "/tools/0/strict",
                "/tools/1/ranking_options/ranker", "/tools/2/search_context_size", "/tools/4/container/type", "/tools/6"],
            result.Report.NotMapped.Select(each => each.Pointer).Order(StringComparer.Ordinal));
        Assert.Contains(result.Report.Mapped, each => (each.From, each.To) == ("/tools/3/server_url", "/config/mcpServers/0/url"));
    }

    [Fact]
    public void An_assistant_has_its_places_and_goes_out_as_an_assistant()
    {
        var (_, path, text) = Samples.All.Last(sample => sample.Format == "openai");
        var content = ImportOne("openai", path, text);
        AssertTyped(content,
            """
            {"id":"pilot","name":"Pilot","type":"conversational","config":{"model":{"provider":"openai","id":"gpt-4o","params":{"temperature":1,"topP":1,"reasoningEffort":"medium"}},
             "instructions":{"template":"Guide."},"tools":[{"id":"file_search"},{"id":"depth_at","description":"Depth.","inputSchema":{"type":"object","properties":{}}}],
             "knowledge":{"collections":["vs_1"]},"capabilities":{"codeInterpreter":true},"output":{"format":"json","schema":{"type":"object"}}}}
            """);
        content["config"]!["tools"]!.AsArray().Insert(0, JsonNode.Parse("""{"id":"new_one","description":"New."}"""));
        var written = JsonNode.Parse(Format("openai").Export(content).Text)!;
        Assert.Equal(
            ["code_interpreter", "function", "file_search", "function"],
            written["tools"]!.AsArray().Select(tool => tool!["type"]!.GetValue<string>()));
        Assert.Equal("new_one", written["tools"]![1]!["function"]!["name"]!.GetValue<string>());
        Assert.Equal("file-1", written["tool_resources"]!["code_interpreter"]!["file_ids"]![0]!.GetValue<string>());
    }

    [Fact]
    public void A_list_of_assistants_is_as_many_agents()
    {
        var text = """{"object":"list","data":[{"object":"assistant","name":"A","model":"m"},{"object":"assistant","name":"A","model":"m"},{"object":"assistant","name":"B","model":"m","x":{"password":"hunter2"}}]}""";
        var result = Import("openai", "list.json", text);
        Assert.Equal(["a", "a-2"], result.Agents.Select(agent => agent["id"]!.GetValue<string>()));
        Assert.Equal("/data/2/x/password", Assert.Single(result.Report.Errors).Pointer);
    }

    [Fact]
    public void An_agent_from_elsewhere_is_written_as_parameters()
    {
        var content = JsonNode.Parse("""
            {"id":"tern","name":"Tern","type":"conversational","config":{"model":{"provider":"anthropic","id":"claude-x"},"instructions":{"template":"Cry."},
             "output":{"format":"json","schema":{"type":"object"}},"tools":[{"id":"find"}],"mcpServers":[{"name":"s","command":"x"}]}}
            """)!.AsObject();
        var file = Format("openai").Export(content);
        AssertSame(JsonNode.Parse("""
            {"name":"Tern","model":"anthropic/claude-x","instructions":"Cry.","tools":[{"type":"function","name":"find"}],
             "text":{"format":{"type":"json_schema","schema":{"type":"object"},"name":"answer"}}}
            """), JsonNode.Parse(file.Text));
        Assert.Equal(["/config/mcpServers"], file.NotMapped);
    }

    [Theory]
    [InlineData("""{"type":"OBJECT"}""")]
    [InlineData("""{"type":"array"}""")]
    [InlineData("""{"properties":{"a":{"$ref":"https://elsewhere.example.com/s"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"text"}}}""")]
    [InlineData("""{"properties":5}""")]
    [InlineData("5")]
    [InlineData("null")]
    public void Parameters_that_are_no_schema_stay_beside(string parameters)
    {
        var text = $$$"""{"model":"m","name":"A","instructions":"x","tools":[{"type":"function","name":"f","parameters":{{{parameters}}}}]}""";
        var content = ImportOne("openai", "a.json", text);
        AssertSame(JsonNode.Parse("""[{"id":"f"}]"""), content["config"]!["tools"]);
        AssertRoundTrip("openai", content, JsonNode.Parse(text)!.AsObject());
    }
}
