using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Validation;

namespace AgentManagement.Tests.Validation;

/// <summary>Every bound of the schema, wherever it stands: at it accepted, one over refused with its pointer and code.</summary>
public sealed class SchemaBoundsTests
{
    private static readonly SchemaValidator Validator = new(ContractSchema.AgentContent);

    private static readonly string[] BoundKeywords =
        ["minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "maxProperties", "x-maxBytes"];

    public static TheoryData<string, string> Bounds =>
        [.. from place in SchemaWalk.Places from keyword in BoundKeywords
            where place.Schema.ContainsKey(keyword) select (place.Pointer, keyword)];

    public static TheoryData<string> All => [.. SchemaWalk.Places.Select(place => place.Pointer)];

    public static TheoryData<string> Objects =>
        ["", .. SchemaWalk.Places.Where(place => place.Schema["additionalProperties"] is JsonValue).Select(place => place.Pointer)];

    public static TheoryData<string> Required => Pointers(place => place.IsRequired == true);

    public static TheoryData<string> Optional => Pointers(place => place.IsRequired == false);

    public static TheoryData<string> NotNull => Pointers(place => place.Schema.ContainsKey("type") && !place.HasType("null"));

    public static TheoryData<string> Choices => Pointers(place => place.Schema.ContainsKey("enum"));

    public static TheoryData<string> Patterns => Pointers(place => place.Schema.ContainsKey("pattern"));

    public static TheoryData<string> UniqueLists => Pointers(place => place.Schema["uniqueItems"] is not null);

    [Fact]
    public void The_walk_finds_the_schema() // Or all of the below would pass on nothing.
    {
        Assert.InRange(SchemaWalk.Places.Count, 100, 1_000);
        Assert.InRange(Bounds.Count, 100, 1_000);
        foreach (var place in SchemaWalk.Places) Assert.Empty(Check(place, SchemaWalk.Minimal(place.Schema)));
    }

    [Theory, MemberData(nameof(Bounds))]
    public void At_a_bound_is_accepted_and_one_over_is_refused(string pointer, string keyword)
    {
        var place = SchemaWalk.At(pointer);
        var (atBound, over, code) = Values(place.Schema, keyword);
        Assert.Empty(Check(place, atBound));
        // A text of no characters does not match a pattern either, but says so once.
        var issue = Assert.Single(Check(place, over));
        Assert.Equal((IssueSeverity.Error, pointer, code), (issue.Severity, issue.Pointer, issue.Code));
    }

    [Fact]
    public void Length_counts_unicode_characters_and_not_utf16_units()
    {
        var name = SchemaWalk.At("/name");
        Assert.Empty(Check(name, SchemaWalk.Text(name.Schema, 200, "😀")));
        Assert.Equal("wrong_length", Assert.Single(Check(name, SchemaWalk.Text(name.Schema, 201, "😀"))).Code);
    }

    [Fact]
    public void Bytes_are_those_of_the_compact_utf8_text()
    {
        var metadata = SchemaWalk.At("/metadata");
        Assert.Empty(Check(metadata, new JsonObject { ["a"] = new string('é', (256 * 1024 - 8) / 2) }));
        Assert.Equal(
            "too_large", Assert.Single(Check(metadata, new JsonObject { ["a"] = new string('é', (256 * 1024 - 8) / 2 + 1) })).Code);
    }

    [Theory, MemberData(nameof(Objects))]
    public void An_unknown_field_is_refused_by_name_at_every_level(string pointer)
    {
        var place = pointer.Length == 0 ? null : SchemaWalk.At(pointer);
        var value = SchemaWalk.Minimal(place?.Schema ?? SchemaWalk.Schema).AsObject();
        value["a/b~c"] = 1;
        var issue = Assert.Single(place is null ? Check(value) : Check(place, value));
        Assert.Equal(("unknown_field", $"{pointer}/a~1b~0c"), (issue.Code, issue.Pointer));
    }

    [Theory, MemberData(nameof(Objects))]
    public void Field_names_are_told_apart_by_case(string pointer)
    {
        var place = pointer.Length == 0 ? null : SchemaWalk.At(pointer);
        var schema = place?.Schema ?? SchemaWalk.Schema;
        // An empty object of the contract has no names to tell apart.
        if (schema["properties"] is not JsonObject properties) return;
        var (name, property) = properties.First();
        var value = SchemaWalk.Minimal(schema).AsObject();
        value[name.ToUpperInvariant()] = SchemaWalk.Minimal(SchemaWalk.Follow(property!));
        Assert.Equal("unknown_field", Assert.Single(place is null ? Check(value) : Check(place, value)).Code);
    }

    [Theory, MemberData(nameof(All))]
    public void Every_field_refuses_every_other_type(string pointer)
    {
        var place = SchemaWalk.At(pointer);
        if (!place.Types.Any()) return;
        foreach (var (type, json) in new[]
        {
            ("string", "\"x\""), ("boolean", "true"), ("object", "{}"), ("array", "[]"), ("number", "0.5"), ("number", "\"1\""),
            ("number", "\"NaN\""),
        })
        {
            var value = JsonNode.Parse(json);
            if (place.HasType(type) || (value!.GetValueKind() == System.Text.Json.JsonValueKind.String && place.HasType("string")))
            {
                continue;
            }
            var issue = Assert.Single(Check(place, value));
            Assert.Equal(("wrong_type", pointer), (issue.Code, issue.Pointer));
        }
    }

    [Theory, MemberData(nameof(Optional))]
    public void Every_optional_field_may_be_null(string pointer) => Assert.Empty(Check(SchemaWalk.At(pointer), null));

    [Theory, MemberData(nameof(NotNull))]
    public void No_other_field_item_or_value_may_be_null(string pointer) =>
        Assert.Equal(("wrong_type", pointer), Assert.Single(Check(SchemaWalk.At(pointer), null)) is var issue
            ? (issue.Code, issue.Pointer) : default);

    [Theory, MemberData(nameof(Required))]
    public void A_missing_required_field_is_named(string pointer)
    {
        var document = SchemaWalk.At(pointer).Place("to be removed");
        var steps = pointer.Split('/')[1..];
        var parent = steps[..^1].Aggregate(document, (at, step) => at is JsonArray ? at[0]! : at[step]!).AsObject();
        parent.Remove(steps[^1]);
        var issue = Assert.Single(Check(document));
        Assert.Equal(("required", pointer), (issue.Code, issue.Pointer));
    }

    [Theory, MemberData(nameof(Choices))]
    public void Every_choice_is_accepted_and_nothing_else(string pointer)
    {
        var place = SchemaWalk.At(pointer);
        foreach (var choice in place.Schema["enum"]!.AsArray()) Assert.Empty(Check(place, choice?.DeepClone()));
        var first = place.Schema["enum"]![0]!.GetValue<string>();
        var otherCase = first.Any(char.IsAsciiLetterLower) ? first.ToUpperInvariant() : first.ToLowerInvariant();
        foreach (var other in new[] { "", "none of them", otherCase })
        {
            Assert.Equal("not_allowed", Assert.Single(Check(place, other)).Code);
        }
    }

    [Theory, MemberData(nameof(Patterns))]
    public void A_text_that_does_not_match_its_pattern_is_refused(string pointer)
    {
        var place = SchemaWalk.At(pointer);
        var issue = Assert.Single(Check(place, " "));
        Assert.Equal(("wrong_format", pointer), (issue.Code, issue.Pointer));
        // In .NET, but not in JSON Schema, '$' also matches before a final line feed.
        var withLineFeed = Check(place, SchemaWalk.Text(place.Schema, 20) + "\n");
        if (place.Schema["pattern"]!.GetValue<string>().StartsWith('^')) Assert.Equal("wrong_format", Assert.Single(withLineFeed).Code);
    }

    [Fact]
    public async Task No_pattern_goes_back_over_a_text_again_and_again()
    {
        foreach (var schema in SchemaWalk.Places.Select(place => place.Schema).Where(schema => schema.ContainsKey("pattern"))
            .DistinctBy(schema => schema["pattern"]!.GetValue<string>()))
        {
            var pattern = new TextPattern(schema["pattern"]!.GetValue<string>());
            // What takes the square of its length would take days.
            var text = SchemaWalk.Text(schema, 1_000_000) + "\n";
            await Await.For(Task.Run(() => pattern.IsMatch(text)), pattern.ToString());
        }
    }

    [Theory, MemberData(nameof(UniqueLists))]
    public void An_item_that_comes_twice_is_refused_at_its_second_place(string pointer)
    {
        var issue = Assert.Single(Check(SchemaWalk.At(pointer), new JsonArray("a", "b", "a")));
        Assert.Equal(("duplicate", $"{pointer}/2"), (issue.Code, issue.Pointer));
    }

    [Theory]
    [InlineData("/id", "a234567890123456789012345678901234567890123456789012345678901-3", true),
        InlineData("/id", "a2345678901234567890123456789012345678901234567890123456789012-4", false)]
    [InlineData("/id", "-a", false), InlineData("/id", "A", false), InlineData("/id", "", false), InlineData("/id", "0", true)]
    [InlineData("/config/limits/budget/currency", "EURO", false), InlineData("/config/limits/budget/currency", "eur", false)]
    [InlineData("/config/mcpServers/0/url", "https://a b/", false), InlineData("/config/mcpServers/0/url", "ftp://host", false)]
    [InlineData("/config/mcpServers/0/url", "http://host:8080/path?query=1#part", true),
        InlineData("/config/mcpServers/0/url", "https://", false)]
    [InlineData("/config/mcpServers/0/auth/secretRef", "sk-live-123", false),
        InlineData("/config/mcpServers/0/auth/secretRef", "secret://vault/name", true)]
    [InlineData("/config/instructions/language", "pt-BR", true), InlineData("/config/instructions/language", "e", false)]
    [InlineData("/config/attachments/0/blobRef", "https://host/file", false), InlineData("/config/attachments/0/mediaType", "text", false)]
    public void Patterns_mean_what_their_fields_need(string pointer, string text, bool accepted) =>
        Assert.Equal(accepted, Check(SchemaWalk.At(pointer), text).IsEmpty);

    [Theory, InlineData("1st"), InlineData("a-b"), InlineData(""), InlineData("a\n"),
        InlineData("a234567890123456789012345678901234567890123456789012345678901234-5")]
    public void A_variable_needs_the_name_of_a_variable(string name)
    {
        var issues = Check(
            SchemaWalk.At("/config/instructions/variables"), new JsonObject { [name] = new JsonObject { ["type"] = "string" } });
        Assert.Equal(("wrong_format", $"/config/instructions/variables/{name}"), Assert.Single(issues) is var issue
            ? (issue.Code, issue.Pointer) : default);
    }

    [Theory, InlineData("1e400"), InlineData("-1e400"), InlineData("99999999999999999999999999999999999999999")]
    public void A_number_beyond_all_number_types_is_out_of_range(string number)
    {
        var place = SchemaWalk.At("/config/model/params/temperature");
        Assert.Equal("out_of_range", Assert.Single(Check(place, JsonNode.Parse(number))).Code);
    }

    [Theory, InlineData("0"), InlineData("0.0"), InlineData("-0"), InlineData("2E0"), InlineData("1e-400"),
        InlineData("0.1000000000000000055511151231257827021181583404541015625")]
    public void A_number_may_be_written_in_any_way(string number) =>
        Assert.Empty(Check(SchemaWalk.At("/config/model/params/temperature"), JsonNode.Parse(number)));

    [Theory, InlineData("4096"), InlineData("4096.0"), InlineData("4.096e3"), InlineData("40960e-1")]
    public void An_integer_may_be_written_in_any_way(string number) =>
        Assert.Empty(Check(SchemaWalk.At("/config/limits/tokensPerDay"), JsonNode.Parse(number)));

    [Theory, InlineData("1.5", "wrong_type"), InlineData("15e-1", "wrong_type"), InlineData("1e-400", "wrong_type")]
    [InlineData("1e400", "out_of_range"), InlineData("99999999999999999999", "out_of_range")]
    public void A_number_that_is_no_integer_is_refused_where_an_integer_is_wanted(string number, string code) =>
        Assert.Equal(code, Assert.Single(Check(SchemaWalk.At("/config/limits/tokensPerDay"), JsonNode.Parse(number))).Code);

    [Theory, InlineData("9007199254740991", true), InlineData("-9007199254740991", true), InlineData("9007199254740992", false)]
    public void A_seed_is_an_integer_that_every_json_reader_can_hold(string number, bool accepted) =>
        Assert.Equal(accepted, Check(SchemaWalk.At("/config/model/params/seed"), JsonNode.Parse(number)).IsEmpty);

    [Fact]
    public void A_reference_stands_alone()
    {
        var references = SchemaWalk.Schema.DescendantObjects().Where(node => node.ContainsKey("$ref")).ToList();
        Assert.NotEmpty(references);
        Assert.All(references, node => Assert.Single(node));
    }

    [Fact]
    public void At_most_100_issues_are_told()
    {
        var unknown = new JsonObject(Enumerable.Range(0, 500).Select(index => KeyValuePair.Create($"unknown{index}", (JsonNode?)1)));
        Assert.Equal(100, Check(unknown).Length);
        var twice = new JsonArray([.. Enumerable.Range(0, 200).Select(_ => (JsonNode)"a")]);
        Assert.Equal(100, Check(SchemaWalk.At("/config/mcpServers/0/allowedTools"), twice).Length);
    }

    [Theory, InlineData("oneOf"), InlineData("format"), InlineData("const"), InlineData("patternProperties"),
        InlineData("exclusiveMaximum")]
    public void A_schema_with_an_unknown_keyword_is_not_compiled(string keyword)
    {
        var schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["a"] = new JsonObject { [keyword] = 1 } } };
        Assert.Contains(keyword, Assert.Throws<NotSupportedException>(() => new SchemaValidator(schema)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_to_nothing_is_not_compiled() =>
        Assert.Throws<NotSupportedException>(() => new SchemaValidator(new JsonObject { ["$ref"] = "#/properties/none" }));

    private static (JsonNode? AtBound, JsonNode? Over, string Code) Values(JsonObject schema, string keyword)
    {
        var bound = schema[keyword]!.GetValue<decimal>();
        var step = SchemaWalk.TypesOf(schema).Contains("integer") ? 1 : 0.000000001m;
        return keyword switch
        {
            "minLength" => (SchemaWalk.Text(schema, (int)bound), SchemaWalk.Text(new(), (int)bound - 1), "wrong_length"),
            "maxLength" => (SchemaWalk.Text(schema, (int)bound), SchemaWalk.Text(schema, (int)bound) + "a", "wrong_length"),
            "minimum" => (bound, bound - step, "out_of_range"),
            "maximum" => (bound, bound + step, "out_of_range"),
            "maxItems" => (Items(schema, (int)bound), Items(schema, (int)bound + 1), "wrong_count"),
            "maxProperties" => (Members(schema, (int)bound), Members(schema, (int)bound + 1), "wrong_count"),
            "x-maxBytes" when SchemaWalk.TypesOf(schema).Contains("object") => (OfBytes((int)bound), OfBytes((int)bound + 1), "too_large"),
            "x-maxBytes" => (new string('a', (int)bound - 2), new string('a', (int)bound - 1), "too_large"),
            _ => throw new NotSupportedException($"Teach this method the keyword {keyword}."),
        };
    }

    private static JsonArray Items(JsonObject schema, int count)
    {
        var items = SchemaWalk.Follow(schema["items"]!);
        return [.. Enumerable.Range(0, count).Select(index => items["type"]?.ToString() == "string"
            ? $"item{index}" : SchemaWalk.Minimal(items))];
    }

    private static JsonObject Members(JsonObject schema, int count) => new(Enumerable.Range(0, count).Select(index =>
        KeyValuePair.Create($"name{index}", (JsonNode?)SchemaWalk.Minimal(SchemaWalk.Follow(schema["additionalProperties"]!)))));

    private static JsonObject OfBytes(int bytes) => new() { ["a"] = new string('a', bytes - """{"a":""}""".Length) };

    private static ImmutableArray<Issue> Check(SchemaPlace place, JsonNode? value) => Check(place.Place(value));

    private static ImmutableArray<Issue> Check(JsonNode document) => Validator.Check(StrictJson.Parse(Given.Text(document)));

    private static TheoryData<string> Pointers(Func<SchemaPlace, bool> condition) =>
        [.. SchemaWalk.Places.Where(condition).Select(place => place.Pointer)];
}
