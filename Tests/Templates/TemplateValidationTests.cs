using AgentManagement.Domain.Templates;

namespace AgentManagement.Tests.Templates;

/// <summary>A template is valid when what it makes is.</summary>
public sealed class TemplateValidationTests
{
    [Theory]
    [InlineData("""{"name":"x","type":"rag"}""", "required", "/config"), InlineData("[]", "wrong_type", "")]
    [InlineData("""{"name":"x","type":"rag","config":{"model":{"provider":"openai"}}}""", "required", "/config/model/id")]
    [InlineData("""{"name":"x","type":"rag","config":{},"status":"active"}""", "unknown_field", "/status")]
    [InlineData("""{"name":"x","type":"rag","config":{},"version":1}""", "read_only", "/version")]
    [InlineData("""{"id":"other","name":"x","type":"rag","config":{}}""", "immutable_field", "/id")]
    [InlineData("""{"name":"a\nb","type":"rag","config":{}}""", "control_character", "/name")]
    [InlineData("""{"name":"x","type":"rag","config":{},"variables":{"n":{"type":"number","default":"text"}}}""", "wrong_type",
        "/variables/n/default")]
    [InlineData("""{"name":"x","type":"rag","config":{},"variables":{"n":{"type":"number","max":2,"default":3}}}""", "wrong_type",
        "/variables/n/default")]
    public void What_is_wrong_with_it_is_told(string content, string code, string pointer)
    {
        var outcome = TemplateValidation.Check(Given.Read(content), "desk", Given.Limits);
        outcome.Refused(OutcomeKind.Invalid, "invalid_content");
        var error = Assert.Single(outcome.Issues, issue => issue.Severity == IssueSeverity.Error);
        Assert.Equal((code, pointer), (error.Code, error.Pointer));
        Assert.NotEqual("", error.Message);
    }

    // The variable "v", and the temperature, the provider, the stop sequences or the instructions that it stands for.
    [Theory]
    [InlineData("""{"type":"number","default":3}""", Temperature, "out_of_range")]
    [InlineData("""{"type":"number","default":1}""", Temperature, null)]
    [InlineData("""{"type":"number","required":true}""", Temperature, null)]
    [InlineData("""{"type":"string","required":true}""", Temperature, "wrong_type")]
    [InlineData("""{"type":"number","required":true,"min":0.1,"max":0.5}""", Temperature, null)]
    [InlineData("""{"type":"number","required":true,"min":3}""", Temperature, "out_of_range")]
    [InlineData("""{"type":"number","required":true,"min":2,"max":1}""", Temperature, null)]
    [InlineData("""{"type":"number"}""", Temperature, null)]
    [InlineData("""{"type":"boolean","required":true}""", Temperature, "wrong_type")]
    [InlineData("""{"type":"enum","choices":["never","yes"],"required":true}""", Approval, null)]
    [InlineData("""{"type":"enum","choices":["yes","never"],"required":true}""", Approval, "not_allowed")]
    [InlineData("""{"type":"enum","choices":["never","yes"]}""", Approval, "not_allowed")]
    [InlineData("""{"type":"enum","required":true}""", Approval, "not_allowed")]
    [InlineData("""{"type":"list","required":true}""", Stop, null), InlineData("""{"type":"list"}""", Stop, null)]
    [InlineData("""{"type":"list","default":[1]}""", Stop, "wrong_type")]
    [InlineData("""{"type":"string","required":true}""", Stop, "wrong_type")]
    [InlineData("""{"type":"list","required":true}""", Instructions, "wrong_type")]
    [InlineData("""{"type":"object"}""", Instructions, "wrong_type")]
    [InlineData("""{"type":"string","required":true}""", Instructions, null)]
    [InlineData("""{"type":"file","required":true}""", Instructions, null)]
    public void What_it_makes_of_defaults_and_samples_is_valid(string variable, string config, string? code)
    {
        var content = $$$"""{"name":"x","type":"rag","variables":{"v":{{{variable}}} },"config":{{{config}}} }""";
        var outcome = TemplateValidation.Check(Given.Read(content), "desk", Given.Limits);
        var errors = outcome.Issues.Where(issue => issue.Severity == IssueSeverity.Error).ToList();
        Assert.Equal(code ?? "", string.Join(' ', errors.Select(issue => issue.Code)));
        Assert.Equal(code is null, outcome.IsOk);
        Assert.All(errors, issue => Assert.StartsWith("/config/", issue.Pointer, StringComparison.Ordinal));
    }

    [Fact]
    public void It_need_not_be_complete_and_its_warnings_are_told()
    {
        var outcome = TemplateValidation.Check(new("""{"name":"x","type":"rag","config":{}}"""), "desk", Given.Limits);
        Assert.True(outcome.IsOk);
        Assert.NotEmpty(outcome.Issues);
        Assert.All(outcome.Issues, issue => Assert.Equal(IssueSeverity.Warning, issue.Severity));
    }

    [Fact]
    public void What_would_be_larger_than_an_agents_content_with_its_defaults_is_refused()
    {
        var many = string.Concat(Enumerable.Repeat("{{v}}", 300));
        var variable = $$"""{"type":"string","default":"{{new string('x', 7_000)}}"}""";
        var content = $$"""{"name":"x","type":"rag","variables":{"v":{{variable}} },"config":{"metadata":{"a":"{{many}}"} } }""";
        var outcome = TemplateValidation.Check(new(content), "desk", Given.Limits);
        Assert.Equal(("too_large", "/config"), (outcome.Issues.Single().Code, outcome.Issues.Single().Pointer));
    }

    private const string Temperature = """{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":"{{v}}"}}}""";
    private const string Stop = """{"model":{"provider":"openai","id":"gpt-5-mini","params":{"stop":"{{v}}"}}}""";
    private const string Approval = """{"tools":[{"id":"a","approval":"{{v}}"}]}""";
    private const string Instructions = """{"instructions":{"template":"{{v}}"}}""";
}
