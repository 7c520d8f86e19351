using AgentManagement.Domain.Validation;

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
    // What is no name is not ours: other notations have conditions and calls.
    [InlineData("{{#if x}} {user.name}} {city} {{1st}} {{}} {{a-b}} {{city", "", "")]
    [InlineData("{{{city}}}", "city", "")]
    [InlineData("{{customer.name}}", "customer.name", ""), InlineData("{{customer.name}}", "customer", "")]
    [InlineData("{{customer.name}}", "", $"warning variable_undeclared {Template}")]
    [InlineData("{{ city | upper }} {{city|default('x')}}", "city", "")]
    [InlineData("{{ city | upper }}", "", $"warning variable_undeclared {Template}")]
    [InlineData("\\{{city}} {# {{town}} #} {{!-- {{town}} --}} {% raw %}{{town}}{% endraw %}", "", "")]
    [InlineData("\\{{city}}", "city", "warning variable_unused /config/instructions/variables/city")]
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

    // Handlebars, Jinja, Liquid, Dify, Go, Mustache, LangChain, JavaScript, ERB, shells, n8n.
    [Theory]
    [InlineData("{{#if city}}x{{else}}y{{/if}}"), InlineData("{{#unless city}}{{this}}{{/unless}}"), InlineData("{{~city~}}")]
    [InlineData("{% if city %}x{% elif true %}y{% endif %}"), InlineData("{%- if not city -%}x{%- endif -%}"), InlineData("{{ f(city) }}")]
    [InlineData("{% for c in city %}{{ c }}{{ loop.index }}{% endfor %}"), InlineData("{% set c = city %}{{ c }}")]
    [InlineData("{{#each city}}{{name}}{{@index}}{{/each}}"), InlineData("{{#with city}}{{name}}{{/with}}"), InlineData("{city:>10}")]
    [InlineData("{{#city}}{{name}}{{/city}}"), InlineData("{{^city}}none{{/city}}"), InlineData("{{&city}}"), InlineData("<%= city %>")]
    [InlineData("{{#city#}}"), InlineData("{{#start.city#}}"), InlineData("{{.city}}"), InlineData("{{if .city}}a{{else}}b{{end}}")]
    [InlineData("{{range .city}}{{.}}{{end}}"), InlineData("{city}"), InlineData("${city}"), InlineData("{{helper city \"x\"}}")]
    [InlineData("$city"), InlineData("%city%"), InlineData("<city>"), InlineData("[[city]]"), InlineData("{{ $json.city }}")]
    [InlineData("{{inputs.city}} {{ inputs.city }}"), InlineData("{{city.first}}"), InlineData("{{!city}}")]
    public void Other_languages_use_variables_in_other_ways(string template) => Assert.DoesNotContain(
        "variable_unused", Found.InConfig(Config(template, "city").ToJsonString()), StringComparison.Ordinal);

    [Theory]
    [InlineData("{{#if city}}x{{else}}{{this}}{{/if}}"), InlineData("{% for c in city %}{{ c }}{% endfor %}"), InlineData("{{#city#}}")]
    [InlineData("{{#each city}}{{name}}{{/each}}"), InlineData("{% set c = city %}{{ c }}"), InlineData("{{if .city}}a{{end}}")]
    [InlineData("{{#city}}{{name}}{{/city}}"), InlineData("{{city.first}}"), InlineData("{{ city | upper }}")]
    [InlineData("{{city}}{{true}}")]
    public void What_other_languages_write_is_not_taken_for_a_variable(string template) =>
        Assert.Equal("", Found.InConfig(Config(template, "city").ToJsonString()));

    [Fact]
    public void The_messages_name_the_variables()
    {
        var issues = Found.Issues(Given.Config(Config("{{town}} {{user.name}} {{town}}", "city").ToJsonString()));
        Assert.Equal(
            ["'town', 'user.name': used, and not declared under instructions.variables.", "No text uses 'city'."],
            issues.Where(issue => issue.Code.StartsWith("variable_", StringComparison.Ordinal)).Select(issue => issue.Message));
        var many = Found.Issues(Given.Config(
            Config(string.Concat(Enumerable.Range(1, 12).Select(number => $"{{{{v{number}}}}}")), "").ToJsonString()));
        Assert.Contains(
            "'v10', 2 more:", Assert.Single(many, issue => issue.Code == "variable_undeclared").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_megabyte_of_beginnings_is_read_through()
    {
        foreach (var part in (string[])["{{", "{%", "{{#if ", "{{a|", "\\{{", "{#", "${", "<%", "[[", "{{!--", "{% raw %}", "{{a."])
        {
            var text = string.Concat(Enumerable.Repeat(part, 1_048_576 / part.Length));
            Assert.Empty(VariableUses.Placed(text));
            _ = VariableUses.In([text]);
        }
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
