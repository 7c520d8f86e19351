using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Validation;

namespace AgentManagement.Tests.Validation;

public sealed class ContentValidationTests
{
    private const string Canary = "canary-5f2a";

    [Theory]
    [InlineData("""{"tools":[{"id":"a"},{"id":"b"},{"id":"a"}]}""", "/config/tools/2/id")]
    [InlineData("""{"mcpServers":[{"name":"a","url":"https://h"},{"name":"a","url":"https://i"}]}""", "/config/mcpServers/1/name")]
    [InlineData(
        """{"guardrails":{"rules":[{"id":"a","on":"both","action":"warn","when":"x"},{"id":"a","on":"input","action":"warn","when":"y"}]}}""", "/config/guardrails/rules/1/id")]
    [InlineData("""{"tags":["a","a"]}""", "/config/tags/1")]
    [InlineData("""{"knowledge":{"collections":["a","b","a"]}}""", "/config/knowledge/collections/2")]
    public void A_name_that_comes_twice_is_refused_at_its_second_place(string config, string pointer) =>
        Refused(Given.Config(config), "duplicate", pointer);

    [Fact]
    public void Names_are_told_apart_by_case() => Accepted(Given.Config("""{"tools":[{"id":"a"},{"id":"A"}]}"""));

    [Theory, InlineData("""{"agentId":"b","version":1}"""), InlineData("""{"agentId":"b","label":"live"}"""),
        InlineData("""{"agentId":"b"}""")]
    [InlineData("""{"agentId":"b","version":1,"label":null}""")]
    public void A_handoff_may_name_a_version_or_a_label_or_neither(string handoff) =>
        Accepted(Given.Config($$"""{"handoffs":[{{handoff}}]}"""));

    [Fact]
    public void A_handoff_must_not_name_a_version_and_a_label() => Refused(
        Given.Config("""{"handoffs":[{"agentId":"a"},{"agentId":"b","version":1,"label":"live"}]}"""), "exclusive_fields",
        "/config/handoffs/1");

    [Theory]
    [InlineData("string", "\"text\"", true), InlineData("string", "1", false), InlineData("string", "true", false),
        InlineData("string", "{}", false)]
    [InlineData("number", "0", true), InlineData("number", "1.5", true), InlineData("number", "\"1\"", false),
        InlineData("number", "false", false)]
    [InlineData("boolean", "true", true), InlineData("boolean", "false", true), InlineData("boolean", "0", false),
        InlineData("boolean", "\"true\"", false)]
    [InlineData("string", "null", true), InlineData("number", "null", true), InlineData("boolean", "null", true),
        InlineData("boolean", "[]", false)]
    public void A_variables_default_must_have_the_declared_type(string type, string value, bool accepted)
    {
        var content = Given.Config(
            "{\"instructions\":{\"template\":\"x\",\"variables\":{\"city\":{\"type\":\"" + type + "\",\"default\":" + value + "}}}}");
        if (accepted) Accepted(content);
        else Refused(content, "wrong_type", "/config/instructions/variables/city/default");
    }

    [Theory]
    [InlineData("exclusive_fields", "/config/model",
        """{"model":{"inherit":true,"provider":"openai","id":"gpt-5"}}""")]
    [InlineData("required", "/config/model/id",
        """{"model":{"provider":"openai"}}""")]
    [InlineData("exclusive_fields", "/config/instructions/variables/x/choices",
        """{"instructions":{"template":"{{x}}","variables":{"x":{"type":"enum"}}}}""")]
    [InlineData("wrong_type", "/config/instructions/variables/x/default",
        """{"instructions":{"template":"{{x}}","variables":{"x":{"type":"enum","choices":["a"],"default":"b"}}}}""")]
    [InlineData("wrong_type", "/config/instructions/variables/x/default",
        """{"instructions":{"template":"{{x}}","variables":{"x":{"type":"number","max":3,"default":4}}}}""")]
    [InlineData("out_of_range", "/config/instructions/variables/x/min",
        """{"instructions":{"template":"{{x}}","variables":{"x":{"type":"list","min":3,"max":2}}}}""")]
    [InlineData("forbidden_address", "/config/model/endpoint/baseUrl",
        """{"model":{"provider":"x","id":"y","endpoint":{"baseUrl":"http://169.254.169.254/"}}}""")]
    public void A_model_is_named_or_inherited_and_a_variables_declaration_makes_sense(string code, string pointer, string config) =>
        Refused(Given.Config(config), code, pointer);

    [Theory]
    [InlineData("""{"model":{"inherit":true,"params":{"temperature":0}}}""")]
    [InlineData("""{"model":{"provider":"Azure_OpenAI","id":"gpt-5","endpoint":{"baseUrl":"https://me.example","deployment":"prod"}}}""")]
    [InlineData("""{"model":{"provider":"langgenius/openai/openai","id":"gpt-5","params":{"reasoningEffort":"xhigh","providerOptions":{"a":[1]}}}}""")]
    [InlineData("""{"mcpServers":[{"name":"a","command":"npx","args":["-y","x"],"env":{"TOKEN":"secret://x"}}]}""")]
    [InlineData("""{"mcpServers":[{"name":"a","registry":"io.github.x/y","transport":"stdio"},{"name":"b","url":"https://h","transport":"sse"}]}""")]
    [InlineData("""{"tools":[{"id":"github/*"},{"id":"*"},{"id":"a","invocation":{"client":{}}},{"id":"b","openapi":{"ref":"blob://files/x"}}]}""")]
    [InlineData("""{"handoffs":[{"external":{"url":"https://h/agent","protocol":"a2a"},"mode":"delegate","title":"Ask"}]}""")]
    [InlineData("""{"instructions":{"template":"{{ customer.name }}","variables":{"customer.name":{"type":"enum","choices":["a"],"default":"a"}}}}""")]
    [InlineData("""{"instructions":{"template":"x {{l}}","variables":{"l":{"type":"list","min":1,"max":2,"default":[1]}}}}""")]
    [InlineData("""{"starters":[{"text":"Hi"}],"examples":[{"input":"a","output":"b"}],"capabilities":{"vision":true}}""")]
    [InlineData("""{"memory":{"blocks":[{"label":"a","value":""},{"label":"b","value":""}]},"speech":{"endPhrases":["bye"]}}""")]
    [InlineData("""{"knowledge":{"sources":[{"type":"site","ref":"https://h","when":"often"},{"type":"file","ref":"blob://files/x"}]}}""")]
    public void What_real_definitions_carry_has_a_place(string config) => Accepted(Given.Config(config));

    [Theory, InlineData("name", "a\nb", "/name"), InlineData("name", "a\tb", "/name"), InlineData("name", "a\u007fb", "/name"),
        InlineData("name", "a\u0085b", "/name")]
    [InlineData("tags", "a\nb", "/tags/0"), InlineData("tags", "\u001b[31m", "/tags/0")]
    public void Names_and_tags_are_one_line(string member, string text, string pointer) =>
        Refused(Given.Content(content => content[member] = member == "tags" ? new JsonArray(text) : text), "control_character", pointer);

    [Fact]
    public void Descriptions_and_instructions_may_have_many_lines() => Accepted(Given.Content(content =>
    {
        content["description"] = "a\nb\tc";
        content["config"]!["instructions"]!["template"] = "a\r\nb";
    }));

    [Theory]
    [InlineData("""{}""", "/config/model /config/instructions")]
    [InlineData("""{"model":null,"instructions":null}""", "/config/model /config/instructions")]
    [InlineData("""{"model":{"provider":"openai","id":"m"},"instructions":{"template":" \n"}}""", "/config/instructions/template")]
    [InlineData("""{"model":{"provider":"openai","id":"m"},"instructions":{"template":""}}""", "/config/instructions/template")]
    [InlineData("""{"model":{"provider":"openai","id":"m"},"instructions":{"template":"x"}}""", "")]
    public void What_a_live_agent_lacks_is_an_error_for_it_and_a_warning_for_others(string config, string pointers)
    {
        var expected = pointers.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var draft = Check(Given.Config(config));
        Assert.True(draft.IsOk);
        Assert.All(draft.Issues, issue => Assert.Equal((IssueSeverity.Warning, "required_for_activation"), (issue.Severity, issue.Code)));
        Assert.Equal(expected, draft.Issues.Select(issue => issue.Pointer));
        var live = ContentValidation.Check(Given.Config(config), "bot", Given.Limits, mustBeComplete: true);
        Assert.Equal(expected.Length == 0, live.IsOk);
        Assert.Equal(expected, live.Issues.Where(issue => issue.Severity == IssueSeverity.Error).Select(issue => issue.Pointer));
    }

    [Fact]
    public void The_id_must_be_the_agents_once_there_is_one()
    {
        var content = Given.Content(content => content["id"] = "other");
        Refused(content, "immutable_field", "/id");
        Assert.True(ContentValidation.Check(content, agentId: null, Given.Limits, mustBeComplete: false).IsOk);
        Accepted(Given.Content(content => content["id"] = null));
    }

    [Theory, InlineData("null"), InlineData("[]"), InlineData("1"), InlineData("\"text\""), InlineData("true")]
    public void Content_that_is_no_object_is_refused(string json) => Refused(new JsonText(json), "wrong_type", "");

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var outcome = Check(Given.Config("""{"tools":[{"id":"a"},{"id":"a"}],"handoffs":[{"agentId":"b","version":1,"label":"x"}]}"""));
        outcome.Refused(OutcomeKind.Invalid, "invalid_content");
        Assert.Equal(["duplicate", "exclusive_fields"], outcome.Issues.Where(issue => issue.Severity == IssueSeverity.Error)
            .Select(issue => issue.Code));
    }

    [Fact]
    public void No_issue_ever_repeats_a_value()
    {
        foreach (var place in SchemaWalk.Places)
        {
            foreach (var value in Canaries())
            {
                var outcome = ContentValidation.Check(
                    Given.Text(place.Place(value)), "bot", Given.Tiers.Find("free"), mustBeComplete: true);
                Assert.DoesNotContain(Canary, outcome.Detail, StringComparison.Ordinal);
                Assert.All(outcome.Issues, issue =>
                    Assert.DoesNotContain(Canary, $"{issue.Code} {issue.Pointer} {issue.Message}", StringComparison.Ordinal));
            }
        }
        IEnumerable<JsonNode> Canaries() =>
            [Canary, $"\n{Canary}", new string('x', 9_000) + Canary, new JsonArray(Canary, Canary), new JsonObject { ["id"] = Canary }];
    }

    [Fact]
    public void The_issues_of_a_document_full_of_secrets_hold_none()
    {
        var content = Given.Content(content =>
        {
            content["id"] = Canary;
            content["name"] = $"{Canary}\n";
            content["tags"] = new JsonArray($"{Canary}\n");
            content["config"] = JsonNode.Parse("""
                {"tools":[{"id":"CANARY"},{"id":"CANARY"}],
                 "mcpServers":[{"name":"CANARY","url":"https://CANARY"},{"name":"CANARY","url":"https://CANARY"}],
                 "model":{"provider":"CANARY","id":"CANARY","fallbacks":[{"provider":"CANARY","id":"CANARY"}]},
                 "handoffs":[{"agentId":"CANARY","version":1,"label":"CANARY"}],
                 "instructions":{"template":" ","variables":{"a":{"type":"number","default":"CANARY"}}}}
                """.Replace("CANARY", Canary, StringComparison.Ordinal));
        });
        var outcome = ContentValidation.Check(content, "bot", Given.Tiers.Find("free"), mustBeComplete: true);
        Assert.InRange(outcome.Issues.Length, 9, 20);
        Assert.All(outcome.Issues, issue => Assert.DoesNotContain(Canary, issue.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Content_at_the_deepest_level_allowed_survives_all_the_way()
    {
        var levels = StrictJson.MaximumDepth - 2;
        var deep = string.Concat(Enumerable.Repeat("[", levels)) + string.Concat(Enumerable.Repeat("]", levels));
        var content = Given.Read($$$"""{"name":"a","type":"rag","config":{},"metadata":{"deep":{{{deep}}} }}""");
        var state = Given.State("absent").When(new CreateAgent(content)).Written();
        Assert.Contains(deep, state.When(new PatchAgent(new("""{"name":"b"}"""))).Written().Agent!.Metadata.Text, StringComparison.Ordinal);
    }

    private static Outcome<AgentParts> Check(JsonText content) =>
        ContentValidation.Check(content, "bot", Given.Limits, mustBeComplete: false);

    private static void Accepted(JsonText content) => Assert.True(Check(content).IsOk, string.Join('\n', Check(content).Issues));

    private static void Refused(JsonText content, string code, string pointer)
    {
        var outcome = Check(content);
        Assert.Equal(OutcomeKind.Invalid, outcome.Kind);
        var issue = Assert.Single(outcome.Issues, issue => issue.Severity == IssueSeverity.Error);
        Assert.Equal((code, pointer), (issue.Code, issue.Pointer));
    }
}
