using AgentManagement.Agents;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;

namespace AgentManagement.Tests.Agents;

/// <summary>What a change of an agent's content means: each class, and what is near it and means something else.</summary>
public sealed class RiskTests
{
    [Theory]
    [InlineData("guardrails", """{"moderation":"high"}""", """{"moderation":"low"}""", "guardrail_weakened")]
    [InlineData("guardrails", """{"moderation":"low"}""", """{"moderation":"high"}""", "other_changed")]
    [InlineData("guardrails", """{"moderation":"low"}""", "{}", "guardrail_weakened")]
    [InlineData("guardrails", """{"moderation":"low"}""", "null", "guardrail_weakened")]
    [InlineData("guardrails", "null", """{"moderation":"low"}""", "other_changed")]
    [InlineData("guardrails", """{"personalData":"block"}""", """{"personalData":"redact"}""", "guardrail_weakened")]
    [InlineData("guardrails", """{"personalData":"redact"}""", """{"personalData":"block"}""", "other_changed")]
    [InlineData("guardrails", """{"maxInputCharacters":10}""", """{"maxInputCharacters":11}""", "guardrail_weakened")]
    [InlineData("guardrails", """{"maxInputCharacters":11}""", """{"maxInputCharacters":10}""", "other_changed")]
    [InlineData("guardrails", """{"maxInputCharacters":11}""", "{}", "guardrail_weakened")]
    [InlineData("guardrails", """{"blockedTopics":["a","b"]}""", """{"blockedTopics":["b"]}""", "guardrail_weakened")]
    [InlineData("guardrails", """{"blockedTopics":["a"]}""", """{"blockedTopics":["a","b"]}""", "other_changed")]
    [InlineData("guardrails", """{"blockedTopics":["a","a","b"]}""", """{"blockedTopics":["a","a","c"]}""", "guardrail_weakened")]
    [InlineData("guardrails", """{"rules":[{"id":"r","on":"both","action":"block","when":"x"}]}""", """{"rules":[]}""", "guardrail_weakened")]
    [InlineData("guardrails", """{"rules":[]}""", """{"rules":[{"id":"r","on":"both","action":"block","when":"x"}]}""", "other_changed")]
    [InlineData("guardrails", """{"rules":[{"id":"r","on":"both","action":"block","when":"x"}]}""",
        """{"rules":[{"id":"r","on":"both","action":"warn","when":"x"}]}""", "guardrail_weakened")]
    [InlineData("guardrails", """{"rules":[{"id":"r","on":"both","action":"warn","when":"x"}]}""",
        """{"rules":[{"id":"r","on":"both","action":"block","when":"x"}]}""", "other_changed")]
    [InlineData("guardrails", """{"rules":[{"id":"r","on":"both","action":"warn","when":"x"}]}""",
        """{"rules":[{"id":"r","on":"input","action":"warn","when":"x"}]}""", "guardrail_weakened")]
    [InlineData("guardrails", """{"rules":[{"id":"r","on":"input","action":"warn","when":"x"}]}""",
        """{"rules":[{"id":"r","on":"output","action":"warn","when":"x"}]}""", "guardrail_weakened")]
    [InlineData("guardrails", """{"rules":[{"id":"r","on":"input","action":"warn","when":"x"}]}""",
        """{"rules":[{"id":"r","on":"both","action":"warn","when":"x"}]}""", "other_changed")]
    [InlineData("guardrails", """{"rules":[{"id":"r","on":"both","action":"warn","when":"x"}]}""",
        """{"rules":[{"id":"r","on":"both","action":"warn","when":"y"}]}""", "guardrail_changed")]
    [InlineData("tools", """[{"id":"a","permissions":["read"]}]""", """[{"id":"a","permissions":["read","write"]}]""", "permission_added")]
    [InlineData("tools", """[{"id":"a","permissions":["read","write"]}]""", """[{"id":"a","permissions":["read"]}]""", "other_changed")]
    [InlineData("tools", """[{"id":"a","permissions":["r","r"]}]""", """[{"id":"a","permissions":["r","w"]}]""", "permission_added")]
    [InlineData("tools", """[{"id":"a"}]""", """[{"id":"a","scopes":["mail"]}]""", "permission_added")]
    [InlineData("tools", """[{"id":"a","approval":"always"}]""", """[{"id":"a","approval":"first_use"}]""", "permission_added")]
    [InlineData("tools", """[{"id":"a","approval":"always"}]""", """[{"id":"a"}]""", "permission_added")]
    [InlineData("tools", """[{"id":"a"}]""", """[{"id":"a","approval":"always"}]""", "other_changed")]
    [InlineData("tools", """[{"id":"a"}]""", """[{"id":"a"},{"id":"b","permissions":["write"]}]""", "tool_added")]
    [InlineData("tools", "null", """[{"id":"a"}]""", "tool_added")]
    [InlineData("tools", """[{"id":"a"},{"id":"b"}]""", """[{"id":"b"}]""", "tool_removed")]
    [InlineData("tools", """[{"id":"a"},{"id":"b"}]""", """[{"id":"b"},{"id":"a"}]""", "other_changed")]
    [InlineData("tools", """[{"id":"a","enabled":false}]""", """[{"id":"a","enabled":true}]""", "tool_added")]
    [InlineData("tools", """[{"id":"a","enabled":false}]""", """[{"id":"a"}]""", "tool_added")]
    [InlineData("tools", """[{"id":"a","enabled":true}]""", """[{"id":"a","enabled":false}]""", "tool_removed")]
    [InlineData("tools", """[{"id":"a"}]""", """[{"id":"a","enabled":true}]""", "other_changed")]
    [InlineData("tools", """[{"id":"a","description":"x"}]""", """[{"id":"a","description":"y"}]""", "tool_changed")]
    [InlineData("tools", """[{"id":"a","invocation":{"http":{"method":"GET","url":"https://a"}}}]""",
        """[{"id":"a","invocation":{"http":{"method":"GET","url":"https://b"}}}]""", "tool_changed")]
    [InlineData("tools", """[{"id":"a","invocation":{"http":{"method":"GET","url":"https://a","auth":{"secretRef":"secret://a"}}}}]""",
        """[{"id":"a","invocation":{"http":{"method":"GET","url":"https://a","auth":{"secretRef":"secret://b"}}}}]""", "credential_changed")]
    [InlineData("tools", """[{"id":"a","timeoutSeconds":5}]""", """[{"id":"a","timeoutSeconds":6}]""", "limit_raised")]
    [InlineData("mcpServers", "[]", """[{"name":"s","url":"https://a"}]""", "tool_added")]
    [InlineData("mcpServers", """[{"name":"s","url":"https://a"}]""", """[{"name":"s","url":"https://b"}]""", "tool_changed")]
    [InlineData("mcpServers", """[{"name":"s","env":{"A":"secret://a"}}]""", """[{"name":"s","env":{"A":"secret://b"}}]""", "credential_changed")]
    [InlineData("mcpServers", """[{"name":"s","allowedTools":["a"]}]""", """[{"name":"s","allowedTools":["a","b"]}]""", "permission_added")]
    [InlineData("mcpServers", """[{"name":"s","allowedTools":["a"]}]""", """[{"name":"s"}]""", "permission_added")]
    [InlineData("mcpServers", """[{"name":"s"}]""", """[{"name":"s","allowedTools":["a"]}]""", "other_changed")]
    [InlineData("model", """{"provider":"openai","id":"a"}""", """{"provider":"openai","id":"b"}""", "model_changed")]
    [InlineData("model", """{"provider":"openai","id":"a"}""", """{"provider":"azure","id":"a"}""", "model_changed")]
    [InlineData("model", """{"id":"a","endpoint":{"baseUrl":"https://a"}}""", """{"id":"a","endpoint":{"baseUrl":"https://b"}}""", "model_changed")]
    [InlineData("model", """{"id":"a","endpoint":{"auth":{"secretRef":"secret://a"}}}""",
        """{"id":"a","endpoint":{"auth":{"secretRef":"secret://b"}}}""", "credential_changed")]
    [InlineData("model", """{"fallbacks":[{"provider":"a","id":"a"},{"provider":"b","id":"b"}]}""",
        """{"fallbacks":[{"provider":"b","id":"b"},{"provider":"a","id":"a"}]}""", "model_changed")]
    [InlineData("model", """{"id":"a","params":{"temperature":0}}""", """{"id":"a","params":{"temperature":1}}""", "model_settings_changed")]
    [InlineData("capabilities", "null", """{"codeInterpreter":true}""", "capability_added")]
    [InlineData("capabilities", """{"codeInterpreter":true}""", """{"codeInterpreter":false}""", "other_changed")]
    [InlineData("handoffs", "[]", """[{"agentId":"b"}]""", "handoff_changed")]
    [InlineData("speech", """{"transferTo":"1"}""", """{"transferTo":"2"}""", "handoff_changed")]
    [InlineData("speech", """{"silenceSeconds":1}""", """{"silenceSeconds":2}""", "other_changed")]
    [InlineData("limits", """{"maxIterations":5}""", """{"maxIterations":6}""", "limit_raised")]
    [InlineData("limits", """{"maxIterations":6}""", """{"maxIterations":5}""", "other_changed")]
    [InlineData("limits", """{"tokensPerDay":5}""", "{}", "limit_raised")]
    [InlineData("limits", "{}", """{"tokensPerDay":5}""", "other_changed")]
    [InlineData("limits", """{"budget":{"amount":1,"currency":"EUR","period":"day"}}""",
        """{"budget":{"amount":2,"currency":"EUR","period":"day"}}""", "limit_raised")]
    [InlineData("limits", """{"budget":{"amount":2,"currency":"EUR","period":"day"}}""",
        """{"budget":{"amount":1,"currency":"EUR","period":"day"}}""", "other_changed")]
    [InlineData("limits", """{"budget":{"amount":2,"currency":"EUR","period":"day"}}""", "{}", "limit_raised")]
    [InlineData("limits", "{}", """{"budget":{"amount":2,"currency":"EUR","period":"day"}}""", "other_changed")]
    [InlineData("instructions", """{"template":"a"}""", """{"template":"b"}""", "prompt_changed")]
    [InlineData("instructions", """{"template":"a"}""", """{"template":"a","language":"de"}""", "instructions_changed")]
    [InlineData("examples", "[]", """[{"input":"a","output":"b"}]""", "instructions_changed")]
    [InlineData("knowledge", "{}", """{"collections":["a"]}""", "knowledge_changed")]
    [InlineData("attachments", "[]", """[{"blobRef":"blob://a/b"}]""", "knowledge_changed")]
    [InlineData("memory", "{}", """{"longTerm":true}""", "knowledge_changed")]
    [InlineData("output", """{"format":"text"}""", """{"format":"json"}""", "output_changed")]
    [InlineData("voice", """{"speed":1}""", """{"speed":2}""", "other_changed")]
    [InlineData("starters", "[]", """[{"text":"a"}]""", "texts_changed")]
    [InlineData("metadata", """{"a":1}""", """{"a":2}""", "texts_changed")]
    public void Each_difference_of_a_configuration_is_of_one_class(string section, string from, string to, string code)
    {
        var risks = Between($"{{\"config\":{{\"{section}\":{from}}}}}", $"{{\"config\":{{\"{section}\":{to}}}}}");
        Assert.Equal([code], risks.Select(risk => risk.Code));
        Assert.Empty(Between($"{{\"config\":{{\"{section}\":{to}}}}}", $"{{\"config\":{{\"{section}\":{to}}}}}"));
    }

    [Theory]
    [InlineData("""{"type":"rag"}""", """{"type":"workflow"}""", "type_changed")]
    [InlineData("""{"name":"a","tags":["x"]}""", """{"name":"b","tags":["y"]}""", "texts_changed")]
    [InlineData("""{"description":null}""", "{}", null)]
    [InlineData("""{"config":{"tools":{"a":1}}}""", """{"config":{"tools":[{"id":"a"}]}}""", "tool_removed tool_added")]
    public void What_is_beside_the_configuration_has_classes_too(string from, string to, string? codes) =>
        Assert.Equal((codes?.Split(' ') ?? []).Order(), Between(from, to).Select(risk => risk.Code).Order());

    [Fact]
    public void They_come_with_the_gravest_first_and_with_the_first_of_their_places()
    {
        var from = """{"name":"a","config":{"guardrails":{"moderation":"high"},"instructions":{"template":"One.\nTwo.\nThree."}}}""";
        var to = $$$"""
            {"name":"b","config":{"instructions":{"template":"One.\nTwo.\nThree, and more.\nFour."},
            "tools":[{{{string.Join(',', Enumerable.Range(0, 12).Select(number => $"{{\"id\":\"t{number}\"}}"))}}}]}}
            """;
        var risks = Between(from, to);
        Assert.Equal(["guardrail_weakened", "tool_added", "prompt_changed", "texts_changed"], risks.Select(risk => risk.Code));
        Assert.Equal(["high", "high", "medium", "low"], risks.Select(risk => risk.Level));
        Assert.Equal(["config.guardrails.moderation"], risks[0].Places);
        Assert.Equal((12, RiskRules.MaxPlaces, "config.tools[t0]"), (risks[1].Count, risks[1].Places.Length, risks[1].Places[0]));
        Assert.Equal("The prompt changed: 50 % of its lines.", risks[2].Text);
    }

    [Theory, InlineData(16_000), InlineData(32_000)]
    public void No_number_of_other_differences_hides_one_and_each_place_is_looked_at_once(int count)
    {
        string Content(int from, string moderation) => $$$"""
            {"config":{"guardrails":{"moderation":"{{{moderation}}}","blockedTopics":[{{{Topics(from)}}}]},
            "metadata":{ {{{Members(from)}}} } } }
            """;
        string Topics(int from) => string.Join(',', Enumerable.Range(from, count).Select(number => $"\"t{number}\""));
        string Members(int from) => string.Join(',', Enumerable.Range(0, count).Select(number => $"\"m{number}\":{number + from}"));
        var budget = new DifferenceBudget();
        var risks = RiskRules.Between(new(Content(0, "high")), new(Content(1, "low")), budget);
        Assert.Equal(
            [("guardrail_weakened", 2), ("other_changed", 1), ("texts_changed", count)], risks.Select(risk => (risk.Code, risk.Count)));
        Assert.InRange(budget.Steps, 2 * count, (2 * count) + 10);
    }

    private static ImmutableArray<Risk> Between(string from, string to) => RiskRules.Between(new(from), new(to));
}
