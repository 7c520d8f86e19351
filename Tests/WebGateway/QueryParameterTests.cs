using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Tests.WebGateway;

public sealed class QueryParameterTests
{
    private static readonly QueryParameter<string?> Text = QueryParameter.Text("p", "A parameter.", maxCharacters: 10);
    private static readonly QueryParameter<ImmutableArray<string>> Texts =
        QueryParameter.Texts("p", "A parameter.", maxTexts: 2, maxCharacters: 10);
    private static readonly QueryParameter<int> Number = QueryParameter.Number("p", "A parameter.", 1, 200, fallback: 50);
    private static readonly QueryParameter<string?> Choice = QueryParameter.Choice("p", "A parameter.", ["one", "two"]);
    private static readonly QueryParameter<ImmutableArray<string>> Choices =
        QueryParameter.Choices("p", "A parameter.", ["one", "two"]);
    private static readonly QueryParameter<bool> Flag = QueryParameter.Flag("p", "A parameter.");
    private static readonly QueryParameter<DateTimeOffset?> Time = QueryParameter.Time("p", "A parameter.");

    [Theory]
    [InlineData("2026-01-31T09:30:00Z", "2026-01-31T09:30:00.0000000+00:00")]
    [InlineData("2026-01-31t09:30:00.1234567z", "2026-01-31T09:30:00.1234567+00:00")]
    [InlineData("2026-01-31T09:30:00+02:00", "2026-01-31T07:30:00.0000000+00:00")]
    [InlineData("2026-01-31T09:30:00 02:00", "2026-01-31T07:30:00.0000000+00:00")]
    [InlineData("2026-01-31T09:30:00.123456789-05:30", "2026-01-31T15:00:00.1234567+00:00")]
    public void A_time_is_read_as_utc(string text, string time) =>
        Assert.Equal(time, Time.Read(Request(text))!.Value.ToString("O"));

    [Theory]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T09:30:00")]
    [InlineData("2026-13-31T09:30:00Z")]
    [InlineData("2026-01-31T09:30:00.1234567891Z")]
    [InlineData("2026-01-31T09:30:00.Z")]
    [InlineData("2026-01-31 09:30:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("31/01/2026")]
    [InlineData("")]
    public void What_is_not_rfc_3339_is_refused(string text) => ShouldRefuse(Time, text);

    [Theory]
    [InlineData("0")]
    [InlineData("201")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1.0")]
    [InlineData("99999999999")]
    [InlineData("")]
    public void A_number_out_of_bounds_is_refused(string text) => ShouldRefuse(Number, text);

    [Fact]
    public void An_absent_parameter_has_its_default()
    {
        var request = new DefaultHttpContext();
        Assert.Equal(50, Number.Read(request));
        Assert.Null(Text.Read(request));
        Assert.Null(Time.Read(request));
        Assert.False(Flag.Read(request));
        Assert.Empty(Texts.Read(request));
    }

    [Theory]
    [InlineData("TRUE")]
    [InlineData("1")]
    [InlineData("")]
    public void A_flag_is_true_or_false(string text) => ShouldRefuse(Flag, text);

    [Fact]
    public void A_text_has_at_least_one_character_and_no_more_than_its_bound()
    {
        Assert.Equal("0123456789", Text.Read(Request("0123456789")));
        Assert.Equal(["a", "b"], Texts.Read(Request("a", "b")));
        ShouldRefuse(Text, "");
        ShouldRefuse(Text, "0123456789a");
        ShouldRefuse(Texts, "a", "");
        ShouldRefuse(Texts, "a", "0123456789a");
        ShouldRefuse(Texts, "a", "b", "c");
    }

    [Fact]
    public void A_word_is_one_of_its_words()
    {
        Assert.Equal("two", Choice.Read(Request("two")));
        Assert.Equal(["two", "one"], Choices.Read(Request("two", "one")));
        ShouldRefuse(Choice, "Two");
        ShouldRefuse(Choices, "one", "three");
        ShouldRefuse(Choices, "one", "two", "one");
    }

    [Fact]
    public void The_schema_has_the_bounds_that_are_held()
    {
        Assert.Equal(("1", "200", "50"), (Keyword(Number, "minimum"), Keyword(Number, "maximum"), Keyword(Number, "default")));
        Assert.Equal(("1", "10"), (Keyword(Text, "minLength"), Keyword(Text, "maxLength")));
        Assert.Equal("2", Keyword(Texts, "maxItems"));
        Assert.Equal("""["one","two"]""", Keyword(Choice, "enum"));
        Assert.Null(Keyword(QueryParameter.Number("p", "A parameter.", 1, 200, fallback: 0), "default"));
    }

    private static string? Keyword(RequestParameter parameter, string keyword) =>
        JsonNode.Parse(parameter.Schema)![keyword]?.ToJsonString();

    private static void ShouldRefuse<T>(QueryParameter<T> parameter, params string[] values)
    {
        var refused = Assert.Throws<ProblemException>(() => _ = parameter.Read(Request(values))).Problem;
        Assert.Equal((400, "invalid_parameter"), (refused.Status, refused.Code));
        Assert.Contains("'p'", refused.Detail, StringComparison.Ordinal);
    }

    private static DefaultHttpContext Request(params string[] values) => new()
    {
        Request = { Query = new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["p"] = values }) },
    };
}
