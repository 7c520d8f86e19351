using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Templates;
using AgentManagement.Templates;

namespace AgentManagement.Tests.Templates;

/// <summary>What a template makes of values and customizations.</summary>
public sealed class InstantiationTests
{
    private const string Declared = """
        {"brand":{"type":"string","required":true},"warmth":{"type":"number","default":0.20},"more":{"type":"object"},
         "none":{"type":"string","default":null}}
        """;

    private const string Config = """
        {"model":{"params":{"temperature":"{{warmth}}"}},"instructions":{"template":"For {{brand}}."},
         "tools":[{"id":"search","timeoutSeconds":5},{"id":"mail"}]}
        """;

    [Fact]
    public void It_makes_the_parts_of_an_agent_and_keeps_its_own_metadata()
    {
        var parts = Made("""{"brand":"Acme"}""", "{}", Desk() with { Tags = ["a"], Metadata = new("""{"own":1}""") });
        Assert.Equal(("Bot", "Of Acme.", "rag"), (parts.Name, parts.Description, parts.Type));
        Assert.Equal(("a", "{}", null), (Assert.Single(parts.Tags), parts.Metadata.Text, parts.Appearance));
        Assert.Equal(
            """{"model":{"params":{"temperature":0.20}},"instructions":{"template":"For Acme."},"tools":[{"id":"search","timeoutSeconds":5},{"id":"mail"}]}""",
            parts.Config.Text);
        Assert.Null(Made("""{"brand":"Acme"}""", "{}", Desk() with { Description = null }).Description);
    }

    [Theory]
    [InlineData("""{"brand":"b"}""", """{"brand":"b","warmth":0.20,"more":{},"none":""}""")]
    [InlineData("""{"brand":"b","warmth":1e0,"more":{"a":[]},"none":"n"}""", """{"brand":"b","warmth":1e0,"more":{"a":[]},"none":"n"}""")]
    [InlineData("""{"brand":"b","warmth":null}""", """{"brand":"b","warmth":0.20,"more":{},"none":""}""")]
    public void Every_variable_has_the_given_value_or_its_default_or_an_empty_one(string given, string expected)
    {
        var values = TemplateVariables.Resolve(new(Declared), new(given)).Value!;
        Assert.Equal(expected, StrictJson.Compact(JsonSerializer.SerializeToElement(values)).Text);
    }

    [Theory]
    [InlineData("string", "\"\""), InlineData("number", "0"), InlineData("boolean", "false"), InlineData("enum", "\"\"")]
    [InlineData("file", "\"\""), InlineData("list", "[]"), InlineData("object", "{}")]
    public void What_may_be_left_out_is_empty_in_its_own_type(string type, string expected) =>
        Assert.Equal(expected, TemplateVariables.Resolve(new($$$"""{"v":{"type":"{{{type}}}"}}"""), new("{}")).Value!["v"].GetRawText());

    [Theory]
    [InlineData("{}", "required", "/variables/brand"), InlineData("""{"brand":null}""", "required", "/variables/brand")]
    [InlineData("""{"brand":7}""", "wrong_type", "/variables/brand")]
    [InlineData("""{"brand":"b","warmth":"1"}""", "wrong_type", "/variables/warmth")]
    [InlineData("""{"brand":"b","a/b":null}""", "unknown_variable", "/variables/a~1b"), InlineData("[]", "wrong_type", "/variables")]
    public void Values_that_are_not_of_the_template_are_refused(string given, string code, string pointer)
    {
        var outcome = Instantiation.Make(Desk(), "Bot", new(given), JsonText.EmptyObject, isNew: true);
        Assert.Equal((OutcomeKind.Invalid, code, pointer), (outcome.Kind, outcome.Issues.Single().Code, outcome.Issues.Single().Pointer));
        Assert.NotEqual("", outcome.Issues.Single().Message);
    }

    [Fact]
    public void A_text_is_as_long_as_8000_characters_whatever_they_take()
    {
        Assert.True(Make($$"""{"brand":"{{string.Concat(Enumerable.Repeat("😀", 8_000))}}"}""").IsOk);
        Assert.Equal(("wrong_length", "/variables/brand", "Must be at most 8000 characters long."),
            Make($$"""{"brand":"{{new string('x', 8_001)}}"}""").Issues.Select(issue => (issue.Code, issue.Pointer, issue.Message))
                .Single());
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once() =>
        Assert.Equal(
            ["/variables/other", "/variables/brand", "/variables/warmth", "/customizations/tools/none"],
            Make("""{"other":1,"warmth":true}""", """{"tools":{"none":null}}""").Issues.Select(issue => issue.Pointer));

    [Fact]
    public void Content_that_would_be_larger_than_an_agents_is_refused()
    {
        var many = string.Concat(Enumerable.Repeat("{{brand}}", 200));
        var template = Desk() with { Config = new($$"""{"metadata":{"text":"{{many}}"} }""") };
        var outcome = Make($$"""{"brand":"{{new string('x', 8_000)}}"}""", template: template);
        Assert.Equal(("too_large", "/variables"), (outcome.Issues.Single().Code, outcome.Issues.Single().Pointer));
    }

    // given → what stands in the instructions
    [Theory]
    [InlineData("""{"instructionSuffix":"Be brief."}""", "For b.\n\nBe brief."), InlineData("{}", "For b.")]
    [InlineData("""{"instructionSuffix":"Not {{brand}}."}""", "For b.\n\nNot {{brand}}.")]
    public void A_suffix_stands_behind_the_instructions_as_it_is(string customizations, string expected) =>
        Assert.Equal(expected, Instructions(Made("""{"brand":"b"}""", customizations)));

    [Theory]
    [InlineData("""{"instructions":{}}""", """{"instructions":{"template":"S"}}""")]
    [InlineData("""{"instructions":{"template":""}}""", """{"instructions":{"template":"S"}}""")]
    [InlineData("""{"tools":[]}""", """{"tools":[]}""")]
    // What is no text, or no tool, is for the content's own validation to refuse.
    [InlineData("""{"instructions":{"template":["a"]},"tools":["a",7,{"id":8},null]}""", """{"instructions":{"template":["a"]},"tools":["a",7,{"id":8},null]}""")]
    public void A_suffix_takes_what_there_is(string config, string expected) =>
        Assert.Equal(expected, CustomizationRules.Apply(new(config), new("""{"instructionSuffix":"S","tools":{"a":{"x":1}}}""")).Text);

    [Theory]
    [InlineData("""{"search":null}""", """[{"id":"mail"}]""")]
    [InlineData("""{"search":{"timeoutSeconds":9.0,"config":{"deep":true}}}""", """[{"id":"search","timeoutSeconds":9.0,"config":{"deep":true}},{"id":"mail"}]""")]
    [InlineData("""{"mail":{"required":true},"search":{"timeoutSeconds":null}}""", """[{"id":"search"},{"id":"mail","required":true}]""")]
    public void A_tool_is_changed_by_a_merge_patch_and_taken_away_by_null(string tools, string expected)
    {
        var config = StrictJson.Parse(Made("""{"brand":"b"}""", $$"""{"tools":{{tools}}}""").Config);
        Assert.Equal(expected, config.GetProperty("tools").GetRawText());
    }

    [Theory]
    [InlineData("""{"tools":{"other":null}}""", "unknown_tool", "/customizations/tools/other")]
    [InlineData("""{"tools":{"search":[]}}""", "wrong_type", "/customizations/tools/search")]
    [InlineData("""{"tools":{"search":{"id":"mail"}}}""", "immutable_field", "/customizations/tools/search/id")]
    [InlineData("""{"tools":7}""", "wrong_type", "/customizations/tools"), InlineData("[]", "wrong_type", "/customizations")]
    [InlineData("""{"more":1}""", "unknown_field", "/customizations/more")]
    public void Customizations_that_do_not_fit_are_refused_while_they_are_new(string customizations, string code, string pointer)
    {
        var issue = Make("""{"brand":"b"}""", customizations).Issues.Single();
        Assert.Equal((code, pointer), (issue.Code, issue.Pointer));
        Assert.NotEqual("", issue.Message);
    }

    [Fact]
    public void Later_what_the_template_no_longer_has_is_passed_over()
    {
        var outcome = Instantiation.Make(
            Desk(), "Bot", new("""{"brand":"b"}"""), new("""{"tools":{"other":null,"mail":null}}"""), isNew: false);
        Assert.Equal("""[{"id":"search","timeoutSeconds":5}]""", StrictJson.Parse(outcome.Value!.Config).GetProperty("tools").GetRawText());
    }

    [Fact]
    public void Values_are_put_over_others_and_taken_away() =>
        Assert.Equal("""{"b":2,"c":[3]}""", Instantiation.Overlay(new("""{"a":1,"b":1}"""), new("""{"a":null,"b":2,"c":[3]}""")).Text);

    [Fact]
    public void The_parts_are_content_for_a_new_agent_with_the_id_that_was_asked_for()
    {
        var parts = Made("""{"brand":"b"}""");
        Assert.Equal(parts.ToContent(), Instantiation.ToContent(parts, id: null));
        Assert.Equal($$"""{"id":"bot",{{parts.ToContent().Text[1..]}}""", Instantiation.ToContent(parts, "bot").Text);
    }

    private static Template Desk() => new()
    {
        Id = "desk", Scope = TemplateScope.Tenant, Version = 1, Name = "Desk", Description = "Of {{brand}}.", Type = "rag",
        Variables = new(Declared), Config = new(Config), Metadata = JsonText.EmptyObject,
        CreatedAt = Given.Earlier, CreatedBy = "eva", UpdatedAt = Given.Earlier, UpdatedBy = "eva",
    };

    private static Outcome<AgentParts> Make(string variables, string customizations = "{}", Template? template = null) =>
        Instantiation.Make(template ?? Desk(), "Bot", new(variables), new(customizations), isNew: true);

    private static AgentParts Made(string variables, string customizations = "{}", Template? template = null)
    {
        var outcome = Make(variables, customizations, template);
        Assert.True(outcome.IsOk, string.Join(' ', outcome.Issues));
        return outcome.Value!;
    }

    private static string? Instructions(AgentParts parts) =>
        StrictJson.Parse(parts.Config).GetProperty("instructions").GetProperty("template").GetString();
}
