using System.Text;
using AgentManagement.Formats;
using static AgentManagement.Tests.Formats.FormatTesting;

namespace AgentManagement.Tests.Formats;

/// <summary>Dify, Microsoft 365, agent cards, LobeChat, Letta, CrewAI, kagent and cagent.</summary>
public sealed class OtherFormatTests
{
    public static TheoryData<string, string, string> Typed => new()
    {
        {
            "dify", "tide.yml",
            """
            {"id":"tide-helper","name":"Tide helper","description":"Says when.","type":"conversational","icon":"🌊","config":{
             "model":{"id":"gpt-4o","provider":"openai","params":{"temperature":0.3,"topP":0.8,"maxTokens":512,"frequencyPenalty":0.1,"stop":["END"]}},
             "instructions":{"template":"You help {{port}}.","firstMessage":"Ahoy.","variables":{"port":{"type":"string","label":"Port","required":true,"max":48},
              "unit":{"type":"enum","label":"Unit","required":false,"choices":["m","ft"]},"notes":{"type":"string","label":"Notes","required":false}}},
             "starters":[{"text":"When is it high?"},{"text":"Which port?"}],
             "tools":[{"id":"current_time","name":"Clock","enabled":true,"config":{"zone":"utc"}}],
             "knowledge":{"collections":["ds-tides"],"topK":4,"similarityThreshold":0.5,"rerank":{"enabled":true,"model":"rerank-3"}},
             "limits":{"maxIterations":5},"capabilities":{"fileUpload":true,"vision":false}}}
            """
        },
        {
            "dify", "flow.yml",
            """
            {"id":"tide-flow","name":"Tide flow","type":"workflow","icon":"🌊","config":{"model":{"id":"claude-x","provider":"anthropic","params":{"temperature":0.7}},
             "instructions":{"template":"Know the tides.","firstMessage":"Ahoy."},"starters":[{"text":"Which port?"}],"knowledge":{"collections":["ds-tides"]}}}
            """
        },
        {
            "m365", "appPackage/declarativeAgent.json",
            """
            {"id":"pilot","name":"Pilot","description":"Guides ships.","type":"conversational","config":{"instructions":{"template":"Tell the depth."},
             "tools":[{"id":"chartsPlugin","openapi":{"ref":"charts-plugin.json"}}],
             "knowledge":{"sources":[{"type":"site","ref":"https://tides.example.com"},{"type":"connector","ref":"depths"},{"type":"url","ref":"https://harbour.example.com/sites/charts"}]},
             "starters":[{"title":"Depth","text":"How deep is it?"},{"text":"Which way?"}],
             "capabilities":{"webSearch":true,"codeInterpreter":true,"imageGeneration":true},"handoffs":[{"agentId":"p_tides","mode":"delegate"}]}}
            """
        },
        {
            "a2a", "agent-card.json",
            """
            {"id":"pilot","name":"Pilot","description":"Guides ships.","type":"conversational","icon":"https://harbour.example.com/i.png","homepage":"https://harbour.example.com/docs",
             "author":"Harbour office","config":{"model":{"inherit":true,"params":{"stream":true}},"output":{"format":"json"},
             "tools":[{"id":"depth","name":"Depth","description":"Tells the depth."}]}}
            """
        },
        {
            "lobechat", "pilot.json",
            """
            {"id":"harbour-pilot","name":"Harbour pilot","description":"Guides ships.","type":"conversational","icon":"⚓","tags":["ships","water"],"category":"life","author":"gull",
             "homepage":"https://example.com/gull","config":{"model":{"provider":"openai","id":"gpt-4o","params":{"temperature":0.4,"topP":1}},
             "instructions":{"template":"You know every rock.","firstMessage":"Ahoy."},"starters":[{"text":"How deep?"}],"tools":[{"id":"clock"},{"id":"search"}],
             "memory":{"window":8},"examples":[{"input":"How deep?","output":"Four metres."}]}}
            """
        },
        {
            "letta", "pilot.af",
            """
            {"id":"pilot","name":"Pilot","description":"Guides ships.","type":"conversational","tags":["ships"],"config":{
             "model":{"provider":"openai","id":"gpt-4o-mini","endpoint":{"baseUrl":"https://api.example.com/v1"},"contextWindow":32000,"params":{"temperature":0.5}},
             "instructions":{"template":"You know every rock."},"knowledge":{"embeddingModel":"embed-3"},
             "memory":{"blocks":[{"label":"persona","value":"I am calm.","limit":2000},{"label":"human","value":""}]},
             "tools":[{"id":"depth_at","description":"Depth.","inputSchema":{"type":"object","properties":{}}}]}}
            """
        },
        {
            "letta", "crew.af",
            """
            {"id":"pilot","name":"Pilot","type":"conversational","config":{"model":{"provider":"openai","id":"m"},"instructions":{"template":"Guide."},
             "memory":{"blocks":[{"label":"persona","value":"Calm."}]}}}
            """
        },
        {
            "crewai", "agents.yaml",
            """
            {"id":"harbour_pilot","name":"Pilot of {port}","description":"Bring ships in","type":"conversational","config":{"model":{"provider":"anthropic","id":"claude-x"},
             "instructions":{"template":"You know every rock.\nAnd every tide.\n"},"tools":[{"id":"depth"},{"id":"clock"}],"limits":{"maxIterations":12,"timeoutSeconds":300}}}
            """
        },
        {
            "kagent", "pilot.yaml",
            """
            {"id":"harbour-pilot","name":"harbour-pilot","description":"Guides ships.","type":"conversational","config":{"model":{"provider":"OpenAI","id":"gpt-4o","params":{"stream":true}},
             "instructions":{"template":"You know every rock."},"mcpServers":[{"name":"charts","registry":"charts","allowedTools":["find"]}],
             "handoffs":[{"agentId":"tide-table","mode":"delegate"}]}}
            """
        },
        {
            "cagent", "pilot.yaml",
            """
            {"id":"root","name":"root","description":"Guides ships.","type":"conversational","author":"Gull","licence":"MIT","config":{
             "model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0.2,"maxTokens":900,"parallelToolCalls":true,"providerOptions":{"x":1}}},
             "instructions":{"template":"You know every rock.\n","firstMessage":"Ahoy."},"limits":{"maxIterations":20},
             "tools":[{"id":"think"},{"id":"shell"}],
             "mcpServers":[{"name":"charts","registry":"docker:charts","allowedTools":["find"]},
              {"name":"signals","url":"https://signals.example.com/mcp","transport":"http","headers":{"Authorization":"secret://SIGNALS_TOKEN"}}],
             "handoffs":[{"agentId":"tide_table","mode":"delegate"},{"agentId":"harbour-office"}]}}
            """
        },
        {
            "cagent", "inline.yaml",
            """
            {"id":"tide-table","name":"Tide Table","description":"Tides.","type":"conversational","config":{"model":{"provider":"anthropic","id":"claude-x"},"instructions":{"template":"Say the hour."}}}
            """
        },
    };

    [Theory, MemberData(nameof(Typed))]
    public void What_a_file_says_has_its_place(string format, string path, string expected)
    {
        var (_, _, text) = Samples.All.Single(sample => sample.Format == format && sample.Path == path);
        AssertTyped(ImportOne(format, path, text), expected);
    }

    [Fact]
    public void The_graph_of_a_workflow_is_kept_whole_and_said()
    {
        var (format, path, text) = Samples.All.Single(sample => sample.Path == "flow.yml");
        var result = Import(format, path, text);
        var graph = Document(format, path, text)["workflow"]!["graph"];
        AssertSame(graph, SourceOf(result.Agents[0])!["dify"]!["workflow"]!["graph"]);
        Assert.Contains(result.Report.NotMapped, each => each.Pointer.StartsWith("/workflow/graph", StringComparison.Ordinal));

        // An edit of what was read from the graph is written into it, and nothing else changes.
        result.Agents[0]["config"]!["instructions"]!["template"] = "Know the tides well.";
        var written = Document(format, path, Format(format).Export(result.Agents[0]).Text)["workflow"]!["graph"]!;
        Assert.Equal("Know the tides well.", written["nodes"]![2]!["data"]!["prompt_template"]![0]!["text"]!.GetValue<string>());
        Assert.Equal("Check it.", written["nodes"]![3]!["data"]!["prompt_template"]![0]!["text"]!.GetValue<string>());
        Assert.Equal("langgenius/anthropic/anthropic", written["nodes"]![2]!["data"]!["model"]!["provider"]!.GetValue<string>());
    }

    [Fact]
    public void A_secret_variable_of_a_workflow_is_a_credential()
    {
        var result = Import("dify", "a.yml", """
            kind: app
            app: {name: A, mode: workflow}
            workflow: {environment_variables: [{name: K, value: hunter2, value_type: secret}]}
            """);
        Assert.Equal("/workflow/environment_variables/0/value", Assert.Single(result.Report.Errors).Pointer);
    }

    [Fact]
    public void Texts_in_files_of_the_package_are_read()
    {
        var asked = new List<string>();
        ReadOnlyMemory<byte>? Sibling(string path)
        {
            asked.Add(path);
            if (path != "texts/instructions.txt") return null;
            return Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("Tell the depth.\r\n")).ToArray();
        }
        var source = Source("declarativeAgent.json", """{"name":"Pilot","instructions":"$[file('texts/instructions.txt')]","conversation_starters":[]}""");
        var result = Format("m365").Import(source with { Sibling = Sibling });
        Assert.Equal("Tell the depth.\r\n", Assert.Single(result.Agents)["config"]!["instructions"]!["template"]!.GetValue<string>());
        Assert.Contains(new RenamedThing("file", "/instructions", "texts/instructions.txt"), result.Report.Renamed);
        Assert.Equal(["texts/instructions.txt"], asked);
        AssertRoundTrip("m365", result.Agents[0]);
    }

    [Theory]
    [InlineData("missing.txt")]
    [InlineData("../outside.txt")]
    [InlineData("/etc/hosts")]
    [InlineData("C:\\hosts")]
    public void A_file_that_is_not_in_the_package_is_an_error(string path)
    {
        var text = new JsonObject { ["name"] = "Pilot", ["instructions"] = $"$[file('{path}')]", ["actions"] = new JsonArray() };
        var source = Source("a.json", text.ToJsonString()) with
        {
            Sibling = name => name == "missing.txt" ? (ReadOnlyMemory<byte>?)null : new byte[] { 65 },
        };
        Assert.Equal("/instructions", Assert.Single(Format("m365").Import(source).Report.Errors).Pointer);
    }

    [Fact]
    public void A_card_has_what_a_card_must_have_and_no_credentials()
    {
        var content = JsonNode.Parse("""
            {"id":"tern","name":"Tern","type":"conversational","tags":["birds"],"config":{"instructions":{"template":"Cry."},"output":{"format":"markdown"},"tools":[{"id":"find"}],
             "mcpServers":[{"name":"s","url":"https://s.example.com","headers":{"X-API-Key":"secret://s"}}]}}
            """)!.AsObject();
        AssertSame(JsonNode.Parse("""
            {"protocolVersion":"0.3.0","name":"Tern","description":"","version":"1","capabilities":{},"defaultInputModes":["text/plain"],"defaultOutputModes":["text/markdown"],
             "skills":[{"id":"find","name":"find","description":"","tags":["birds"]}]}
            """), JsonNode.Parse(Format("a2a").Export(content).Text));
    }

    [Fact]
    public void Several_agents_of_a_file_have_each_their_own()
    {
        var letta = Import("letta", "crew.af", """
            {"agents":[{"name":"A","system":"a","block_ids":["1","2"]},{"name":"B","system":"b","block_ids":["2"]}],
             "blocks":[{"id":"1","label":"one","value":"1"},{"id":"2","label":"two","value":"2"}],"tools":[]}
            """);
        Assert.Equal([2, 1], letta.Agents.Select(agent => agent["config"]!["memory"]!["blocks"]!.AsArray().Count));

        var crew = Import("crewai", "agents.yaml", "A:\n  role: One\n  goal: g\nB:\n  role: Two\n  goal: h\n");
        Assert.Equal(["One", "Two"], crew.Agents.Select(agent => agent["name"]!.GetValue<string>()));

        var cagent = Import("cagent", "team.yaml", """
            models: {m: {provider: openai, model: x, temperature: 1}, n: {provider: openai, model: y}}
            agents:
              root: {model: m, instruction: a, sub_agents: [Tide Table]}
              Tide Table: {model: openai/z, instruction: b}
            """);
        Assert.Equal(["root", "tide-table"], cagent.Agents.Select(agent => agent["id"]!.GetValue<string>()));
        Assert.Equal("tide-table", cagent.Agents[0]["config"]!["handoffs"]![0]!["agentId"]!.GetValue<string>());
        Assert.Equal(["x", "z"], cagent.Agents.Select(agent => agent["config"]!["model"]!["id"]!.GetValue<string>()));
        Assert.All(cagent.Agents, agent => AssertRoundTrip("cagent", agent));
    }

    [Fact]
    public void A_resource_of_an_agent_finds_its_model_and_goes_out_with_it()
    {
        var content = JsonNode.Parse("""
            {"id":"tern","name":"tern","type":"conversational","config":{"model":{"provider":"OpenAI","id":"gpt-4o"},"instructions":{"template":"Cry."}}}
            """)!.AsObject();
        var text = Format("kagent").Export(content).Text;
        Assert.Equal(
            """
            apiVersion: kagent.dev/v1alpha2
            kind: Agent
            metadata:
              name: tern
            spec:
              declarative:
                systemMessage: Cry.
                modelConfig: tern-model
              type: Declarative
            ---
            apiVersion: kagent.dev/v1alpha2
            kind: ModelConfig
            metadata:
              name: tern-model
            spec:
              model: gpt-4o
              provider: OpenAI

            """.ReplaceLineEndings("\n"), text);
        AssertTyped(ImportOne("kagent", "tern.yaml", text), content.ToJsonString());
    }

    [Fact]
    public void What_no_format_is_like_is_told_of()
    {
        Assert.Null(AgentFormats.Detect(Source("a.json", """{"hello":"world"}""")));
        var report = Assert.Single(AgentFormats.Import([Source("a.json", """{"hello":"world"}""")])).Report;
        Assert.Null(report.Format);
        Assert.Contains("No format", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(
            ["a2a", "cagent", "claude", "copilot", "crewai", "dify", "kagent", "letta", "lobechat", "m365", "mcp", "ndjson", "openai"],
            AgentFormats.All.Select(format => format.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("mcp")]
    [InlineData("dify")]
    [InlineData("a2a")]
    [InlineData("lobechat")]
    [InlineData("letta")]
    [InlineData("crewai")]
    [InlineData("kagent")]
    [InlineData("cagent")]
    [InlineData("m365")]
    [InlineData("openai")]
    [InlineData("claude")]
    [InlineData("copilot")]
    [InlineData("ndjson")]
    public void No_format_falls_over_a_file_of_another(string format)
    {
        foreach (var (_, path, text) in Samples.All)
        {
            var result = Import(format, path, text);
            // What is wrong in a line of the service's own is for the service to say.
            if (format != "ndjson") Assert.All(result.Agents, AssertValid);
            Assert.True(result.Agents.Length > 0 || result.Report.Errors.Length > 0);
        }
    }
}
