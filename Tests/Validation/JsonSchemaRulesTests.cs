using AgentManagement.Domain.Json;
using AgentManagement.Domain.Validation;

namespace AgentManagement.Tests.Validation;

public sealed class JsonSchemaRulesTests
{
    private const string Place = "/config/output/schema";

    [Theory]
    [InlineData("""{}""")]
    [InlineData(
        """{"type":"object","properties":{"a":true,"b":false,"c":{"type":["string","null"]}},"required":["a"],"additionalProperties":false}""")]
    [InlineData(
        """{"type":"array","items":{"type":"integer","minimum":-1.5,"maximum":1e3,"multipleOf":0.1},"minItems":0,"maxItems":3.0,"uniqueItems":true}""")]
    [InlineData("""{"enum":[],"const":null,"default":{"type":1},"examples":[{"minLength":-1}]}""")]
    [InlineData(
        """{"allOf":[true,{}],"anyOf":[{}],"oneOf":[{}],"not":{},"if":{},"then":{},"else":false,"prefixItems":[{}],"contains":{},"minContains":0}""")]
    [InlineData(
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://h/s","title":"a","description":"b","$comment":"c","format":"email"}""")]
    [InlineData(
        """{"$defs":{"a":{"type":"string"}},"properties":{"x":{"$ref":"#/$defs/a"},"y":{"$ref":"#"},"z":{"$ref":"#/properties/x"}}}""")]
    [InlineData("""{"$defs":{"a/b~c d":{}},"$ref":"#/$defs/a~1b~0c%20d"}""")]
    [InlineData("""{"$defs":{"a":{"$anchor":"here"}},"$ref":"#here"}""")]
    [InlineData("""{"$defs":{"a":{"$dynamicAnchor":"here"}},"$dynamicRef":"#here"}""")]
    [InlineData(
        """{"$id":"https://h/s","$defs":{"a":{"$id":"inner","$defs":{"b":{}},"$ref":"#/$defs/b"}},"properties":{"x":{"$ref":"inner"},"y":{"$ref":"inner#/$defs/b"},"z":{"$ref":"https://h/s#/$defs/a"}}}""")]
    [InlineData("""{"anyOf":[{"type":"string"}],"$ref":"#/anyOf/0"}""")]
    [InlineData(
        """{"patternProperties":{"^x-":{}},"propertyNames":{"pattern":"^[a-z]+$"},"dependentRequired":{"a":["b"]},"dependentSchemas":{"a":{}}}""")]
    [InlineData("""{"x-anything":1,"nullable":true,"kind":["of"],"discriminator":{"type":7}}""")]
    // Of older drafts.
    [InlineData(
        """{"definitions":{"a":{"id":"#old"}},"items":[{"$ref":"#/definitions/a"},{"$ref":"#old"}],"additionalItems":false,"exclusiveMinimum":true,"minimum":1}""")]
    [InlineData("""{"dependencies":{"a":["b"],"c":{"required":["d"]}},"exclusiveMaximum":5,"$recursiveRef":"#","$recursiveAnchor":true}""")]
    // What a member is called says nothing of it.
    [InlineData("""{"properties":{"type":{"type":"string"},"required":{"type":"boolean"},"$ref":{"type":"string"},"minLength":{}}}""")]
    public void A_valid_schema_is_accepted(string schema) => Assert.Equal("", FoundIn(schema));

    [Theory]
    [InlineData("""{"type":"text"}""", "/type"), InlineData("""{"type":[]}""", "/type"),
        InlineData("""{"type":["string","string"]}""", "/type")]
    [InlineData("""{"type":null}""", "/type"), InlineData("""{"type":{}}""", "/type"), InlineData("""{"type":["string",1]}""", "/type")]
    [InlineData("""{"properties":[]}""", "/properties"), InlineData("""{"properties":{"a/b":1}}""", "/properties/a~1b")]
    [InlineData("""{"properties":{"a":{"properties":{"b":{"items":{"type":"nothing"}}}}}}""", "/properties/a/properties/b/items/type")]
    [InlineData("""{"properties":{"a":null}}""", "/properties/a"), InlineData("""{"$defs":{"a":{"minLength":-1}}}""", "/$defs/a/minLength")]
    [InlineData("""{"definitions":{"a":"x"}}""", "/definitions/a"), InlineData("""{"patternProperties":{"a":5}}""", "/patternProperties/a")]
    [InlineData("""{"patternProperties":{"(":{}}}""", "/patternProperties/("),
        InlineData("""{"dependentSchemas":{"a":["b"]}}""", "/dependentSchemas/a")]
    [InlineData("""{"required":"a"}""", "/required"), InlineData("""{"required":["a","a"]}""", "/required"),
        InlineData("""{"required":[1]}""", "/required")]
    [InlineData("""{"required":true}""", "/required"), InlineData("""{"dependentRequired":{"a":"b"}}""", "/dependentRequired/a")]
    [InlineData("""{"dependencies":{"a":["b","b"]}}""", "/dependencies/a"), InlineData("""{"dependencies":{"a":7}}""", "/dependencies/a")]
    [InlineData("""{"enum":"a"}""", "/enum"), InlineData("""{"enum":{"a":1}}""", "/enum"), InlineData("""{"examples":"a"}""", "/examples")]
    [InlineData("""{"minLength":-1}""", "/minLength"), InlineData("""{"maxLength":1.5}""", "/maxLength"),
        InlineData("""{"minItems":"1"}""", "/minItems")]
    [InlineData("""{"maxProperties":null}""", "/maxProperties"), InlineData("""{"minimum":"0"}""", "/minimum"),
        InlineData("""{"maximum":true}""", "/maximum")]
    [InlineData("""{"multipleOf":0}""", "/multipleOf"), InlineData("""{"multipleOf":-2}""", "/multipleOf"),
        InlineData("""{"exclusiveMinimum":"1"}""", "/exclusiveMinimum")]
    [InlineData("""{"uniqueItems":1}""", "/uniqueItems"), InlineData("""{"readOnly":"yes"}""", "/readOnly"),
        InlineData("""{"title":1}""", "/title")]
    [InlineData("""{"description":["a"]}""", "/description"), InlineData("""{"$id":1}""", "/$id"),
        InlineData("""{"format":{}}""", "/format")]
    [InlineData("""{"items":5}""", "/items"), InlineData("""{"items":[{"type":"x"}]}""", "/items/0/type"),
        InlineData("""{"additionalProperties":"no"}""", "/additionalProperties")]
    [InlineData("""{"allOf":[]}""", "/allOf"), InlineData("""{"anyOf":{}}""", "/anyOf"),
        InlineData("""{"oneOf":[{},{"type":1}]}""", "/oneOf/1/type")]
    [InlineData("""{"not":[]}""", "/not"), InlineData("""{"if":{"then":0}}""", "/if/then"),
        InlineData("""{"prefixItems":{}}""", "/prefixItems")]
    [InlineData("""{"pattern":"("}""", "/pattern"), InlineData("""{"pattern":1}""", "/pattern"),
        InlineData("""{"pattern":"a**"}""", "/pattern")]
    [InlineData("""{"$ref":1}""", "/$ref"), InlineData("""{"$ref":"#/$defs/a"}""", "/$ref"), InlineData("""{"$ref":"#nowhere"}""", "/$ref")]
    [InlineData("""{"required":["a"],"$ref":"#/required"}""", "/$ref"), InlineData("""{"anyOf":[{}],"$ref":"#/anyOf/1"}""", "/$ref")]
    [InlineData("""{"$defs":{"a":{"$id":"inner","$ref":"#/$defs/a"}}}""", "/$defs/a/$ref")]
    public void What_is_no_schema_is_refused_at_its_very_place(string schema, string place) =>
        Assert.Equal($"error invalid_json_schema {Place}{place}", FoundIn(schema));

    [Theory]
    [InlineData("https://json-schema.org/draft/2020-12/schema"), InlineData("other.json"), InlineData("other.json#/a"),
        InlineData("file:///etc/passwd")]
    [InlineData("http://169.254.169.254/latest"), InlineData("../x"), InlineData("urn:a:b")]
    public void A_reference_to_elsewhere_is_refused_and_never_fetched(string reference) =>
        Assert.Equal(
            $"error schema_remote_ref {Place}/properties/a/$ref", FoundIn($$"""{"properties":{"a":{"$ref":"{{reference}}"} } }"""));

    [Theory]
    [InlineData(@"^[\w-.]+@\w+\.\w{2,}$"), InlineData(@"\p{L}+\P{Lu}"), InlineData(@"\p{Script=Greek}"), InlineData(@"\u{1F600}"),
        InlineData(@"\\p{x}")]
    [InlineData(@"(?<year>\d{4})-(?=x)"), InlineData(@"\/\-\_"), InlineData(@"[^]"), InlineData(""), InlineData(@"^(a+)+$")]
    public void A_pattern_is_one_of_ecma_262_and_not_of_dot_net(string pattern) =>
        Assert.Equal("", FoundIn(new JsonObject { ["pattern"] = pattern }.ToJsonString()));

    [Theory]
    [InlineData("(?i)^abc$", "options"), InlineData("(?x) a b", "options"), InlineData("(?-i)a", "options")]
    [InlineData("(?>a)b", "atomic"), InlineData("(?#note)a", "comments"), InlineData("(a)(?(1)b|c)", "conditions")]
    [InlineData("(?'n'a)", "names a group"), InlineData("(?P<y>a)", "names a group"), InlineData("(?<a-b>c)", "names a group")]
    [InlineData(@"(?<n>a)\k'n'", "refers to a group"), InlineData(@"\Aabc\z", @"\A"), InlineData(@"abc\Z", @"\Z"), InlineData(@"\a", @"\a")]
    [InlineData(@"\p{IsGreek}", "blocks"), InlineData("[[:alpha:]]+", "[:alpha:]"), InlineData("[a-z-[aeiou]]", "subtracts")]
    public void A_pattern_of_another_dialect_is_refused_with_the_reason(string pattern, string reason)
    {
        var content = Given.Config(new JsonObject
        {
            ["output"] = new JsonObject { ["format"] = "json", ["schema"] = new JsonObject { ["pattern"] = pattern } },
        }.ToJsonString());
        var issue = Assert.Single(Found.Issues(content), issue => issue.Severity == IssueSeverity.Error);
        Assert.Equal(("invalid_json_schema", $"{Place}/pattern"), (issue.Code, issue.Pointer));
        Assert.Contains(reason, issue.Message, StringComparison.Ordinal);
        Assert.Contains("ECMA-262", issue.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(@"[(?i)]"), InlineData(@"\(?i"), InlineData(@"(?i:a)b"), InlineData(@"a]"), InlineData(@"(?:a|[^)?>])")]
    public void What_only_looks_like_another_dialect_is_taken(string pattern) =>
        Assert.Equal("", FoundIn(new JsonObject { ["pattern"] = pattern }.ToJsonString()));

    [Fact]
    public void A_tools_arguments_are_an_object()
    {
        Assert.Equal("", InTool("""{"type":"object"}"""));
        Assert.Equal("", InTool("""{"properties":{"a":{"type":"string"}}}"""));
        Assert.Equal("error invalid_json_schema /config/tools/0/inputSchema/type", InTool("""{"type":"string"}"""));
        Assert.Equal("error invalid_json_schema /config/tools/0/inputSchema/properties/a/type",
            InTool("""{"type":"object","properties":{"a":{"type":"strin"}}}"""));
        Assert.Equal("", FoundIn("""{"type":"string"}"""));

        static string InTool(string schema) => Found.InConfig($$"""{"tools":[{"id":"a","inputSchema":{{schema}}}]}""");
    }

    [Theory]
    [InlineData("""{"name":"answer","strict":true,"schema":{"type":"object"}}""", "'schema'")]
    [InlineData("""{"name":"answer","json_schema":{"type":"object"}}""", "'json_schema'")]
    [InlineData("""{"answer":{"type":"string"},"score":{"type":"number"}}""", "'properties'")]
    public void A_schema_without_effect_is_told_with_what_was_meant(string schema, string meant)
    {
        var issue = Assert.Single(Found.Issues(Given.Config($$$"""{"output":{"format":"json","schema":{{{schema}}}}}""")),
            issue => issue.Pointer == Place);
        Assert.Equal((IssueSeverity.Warning, "schema_without_effect"), (issue.Severity, issue.Code));
        Assert.Contains(meant, issue.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"f","description":"d","parameters":{"type":"object"}}""", "warning schema_without_effect", "")]
    [InlineData("""{"name":"f","input_schema":{"type":"object"}}""", "warning schema_without_effect", "")]
    [InlineData("""{"function":{"name":"f","parameters":{"type":"object"}}}""", "warning schema_without_effect", "")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", "error invalid_json_schema", "/type")]
    [InlineData("""{"type":"OBJECT"}""", "error invalid_json_schema", "/type")]
    public void A_whole_function_is_no_schema_of_its_arguments(string schema, string expected, string place) => Assert.Equal(
        $"{expected} /config/tools/0/inputSchema{place}", Found.InConfig($$"""{"tools":[{"id":"a","inputSchema":{{schema}}}]}"""));

    [Fact]
    public void A_schema_beside_the_format_text_has_no_effect() => Assert.Equal(
        $"warning schema_without_effect {Place}", Found.InConfig("""{"output":{"format":"text","schema":{"type":"object"}}}"""));

    [Theory]
    [InlineData("""{"description":"Anything."}"""), InlineData("""{"properties":{"schema":{"type":"object"}}}"""), InlineData("""{"const":1}""")]
    [InlineData("""{"title":"Answer","schema":"x","type":"object"}"""), InlineData("""{"x-note":"later"}"""), InlineData("""{"$defs":{"a":{}}}""")]
    public void A_schema_that_is_meant_so_is_fine(string schema) => Assert.Equal("", FoundIn(schema));

    [Fact]
    public void Patterns_have_a_bound_each_and_all_together()
    {
        var longest = new string('a', SchemaPatterns.MaxCharacters);
        Assert.Equal("", FoundIn(new JsonObject { ["pattern"] = longest }.ToJsonString()));
        Assert.Equal($"error invalid_json_schema {Place}/pattern", FoundIn(new JsonObject { ["pattern"] = longest + "a" }.ToJsonString()));

        var many = SchemaPatterns.MaxCharactersInAll / SchemaPatterns.MaxCharacters;
        JsonObject Tool(int first) => new()
        {
            ["id"] = $"t{first}",
            ["inputSchema"] = new JsonObject
            {
                ["allOf"] =
                    new JsonArray([.. Enumerable.Range(first, 33)
                    .Select(index => new JsonObject { ["pattern"] = index.ToString("D4") + longest[4..] })]),
            },
        };
        var issue =
            Assert.Single(Found.Issues(Given.Config(new JsonObject { ["tools"] = new JsonArray(Tool(0), Tool(33)) }.ToJsonString())));
        Assert.Equal($"error invalid_json_schema /config/tools/1/inputSchema/allOf/{many - 33}/pattern", Found.Line(issue));
    }

    [Fact]
    public void What_is_wrong_is_told_a_hundred_times_at_most()
    {
        var wrong = new JsonArray([.. Enumerable.Range(0, 1_000).Select(_ => new JsonObject { ["type"] = 1, ["required"] = 1 })]);
        Assert.Equal(100,
            Found.Issues(
            Given.Config(new JsonObject { ["output"] = new JsonObject { ["schema"] = new JsonObject { ["anyOf"] = wrong } } }.ToJsonString(
            ))).Length);
    }

    [Fact]
    public void Nothing_at_all_makes_the_check_fail() => Assert.All(Enumerable.Range(1, 2_000), seed =>
    {
        var random = new Random(seed);
        var names = SchemaKeyword.Forms.Keys.Order().ToArray();
        // Keywords with any value: the outcome is an issue or none, never an exception.
        var schema = new JsonObject(Enumerable.Range(0, 4).Select(_ => names[random.Next(names.Length)]).Distinct()
            .Select((name, index) => KeyValuePair.Create(name, new SchemaGenerator(seed + index).AnyValue())));
        _ = new JsonSchemaCheck(StrictJson.Parse(Given.Text(schema)), new SchemaPatterns()).Run("").ToList();
    });

    private static string FoundIn(string schema) => Found.InConfig($$$"""{"output":{"format":"json","schema":{{{schema}}}}}""");
}
