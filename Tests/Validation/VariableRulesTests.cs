namespace AgentManagement.Tests.Validation;

public sealed class VariableRulesTests
{
    private const string Template = "/config/instructions/template";
    private const string FirstMessage = "/config/instructions/firstMessage";

    [Theory]
    [InlineData("Hello", "", "")]
    [InlineData("Hello {{city}}", "city", "")]
    [InlineData("Hello {{ city }} and {{city}}", "city", "")]
    [InlineData("Hello {{city}}", "", $"warning variable_undeclared {Template}")]
    [InlineData("{{city}} {{name}} {{city}}", "name", $"warning variable_undeclared {Template}")]
    [InlineData("{{City}}", "city", $"warning variable_undeclared {Template}; warning variable_unused /config/instructions/variables/city")]
    [InlineData("Hello", "city name",
        "warning variable_unused /config/instructions/variables/city; warning variable_unused /config/instructions/variables/name")]
    // What is no name is not ours: other notations have conditions, paths and calls.
    [InlineData("{{#if x}} {{user.name}} {city} {{1st}} {{}} {{a-b}} {{city", "", "")]
    [InlineData("{{{city}}}", "city", "")]
    public void What_is_used_is_declared_and_what_is_declared_is_used(string template, string declared, string expected) =>
        Assert.Equal(expected, Found.InConfig(Config(template, declared).ToJsonString()));

    [Fact]
    public void The_first_message_uses_variables_too()
    {
        var config = Config("Hello", "city");
        config["instructions"]!["firstMessage"] = "Welcome to {{city}}, {{name}}.";
        Assert.Equal($"warning variable_undeclared {FirstMessage}", Found.InConfig(config.ToJsonString()));
    }

    [Theory]
    [InlineData("""{"tools":[{"id":"a","config":{"headers":["{{city}}"]}}]}""")]
    [InlineData("""{"handoffs":[{"agentId":"b","when":"in {{city}}"}]}""")]
    public void A_variable_may_be_used_in_any_text(string elsewhere)
    {
        var config = Config("Hello", "city");
        foreach (var (name, value) in JsonNode.Parse(elsewhere)!.AsObject()) config[name] = value!.DeepClone();
        Assert.Equal("", Found.InConfig(config.ToJsonString()));
    }

    [Fact]
    public void The_message_counts_the_names_and_tells_none()
    {
        var issue = Assert.Single(Found.Issues(Given.Config(Config("{{canary_a}} {{canary_b}} {{canary_a}}", "").ToJsonString())));
        Assert.Contains("2 variables", issue.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", issue.ToString(), StringComparison.Ordinal);
    }

    private static JsonObject Config(string template, string declared) => new()
    {
        ["instructions"] = new JsonObject
        {
            ["template"] = template,
            ["variables"] = new JsonObject(declared.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["type"] = "string" }))),
        },
    };
}
