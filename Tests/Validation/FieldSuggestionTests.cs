using AgentManagement.Domain.Validation;
using AgentManagement.Json;

namespace AgentManagement.Tests.Validation;

/// <summary>What is said of a field that there is not.</summary>
public sealed class FieldSuggestionTests
{
    [Theory]
    [InlineData("""{"config":{"prompt":"x"}}""", "/config/prompt", "Unknown field `prompt`; did you mean `instructions.template`?")]
    [InlineData("""{"config":{"instructions":{"system_prompt":"x"}}}""", "/config/instructions/system_prompt",
        "Unknown field `system_prompt`; did you mean `template`?")]
    [InlineData("""{"config":{"model":{"temperature":1}}}""", "/config/model/temperature",
        "Unknown field `temperature`; did you mean `params.temperature`?")]
    [InlineData("""{"config":{"model":{"params":{"max_tokens":1}}}}""", "/config/model/params/max_tokens",
        "Unknown field `max_tokens`; did you mean `maxTokens`?")]
    [InlineData("""{"config":{"instructions":{"temperature":1}}}""", "/config/instructions/temperature",
        "Unknown field `temperature`; did you mean `/config/model/params/temperature`?")]
    [InlineData("""{"config":{"tool":[]}}""", "/config/tool", "Unknown field `tool`; did you mean `tools`?")]
    [InlineData("""{"config":{"modle":{}}}""", "/config/modle", "Unknown field `modle`; did you mean `model`?")]
    [InlineData("""{"config":{"tools":[{"temperature":1}]}}""", "/config/tools/0/temperature", "Unknown field `temperature`.")]
    [InlineData("""{"config":{"colour":1}}""", "/config/colour", "Unknown field `colour`.")]
    [InlineData("""{"config":{"a sentence, not a name":1}}""", "/config/a sentence, not a name", "Unknown field.")]
    public void The_field_that_was_probably_meant_is_named(string content, string pointer, string message) =>
        Assert.Contains((pointer, message), MessagesOf(content));

    [Fact]
    public void What_is_missing_is_required() => Assert.Contains(("/name", "Required."), MessagesOf("{}"));

    private static IEnumerable<(string Pointer, string Message)> MessagesOf(string content) =>
        ContentValidation.Check(new JsonText(content), agentId: null, Given.Limits, mustBeComplete: false).Issues
            .Select(issue => (issue.Pointer, issue.Message));
}
