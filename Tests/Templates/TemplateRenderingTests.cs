using AgentManagement.Domain.Json;
using AgentManagement.Domain.Templates;

namespace AgentManagement.Tests.Templates;

public sealed class TemplateRenderingTests
{
    private static readonly Dictionary<string, JsonElement> Values = new()
    {
        ["text"] = Value("\"a \\\"b\\\"\\n{{other}} é\""), ["number"] = Value("0.70"), ["flag"] = Value("true"), ["other"] = Value("\"o\""),
        ["a.b"] = Value("\"path\""),
    };

    [Theory]
    [InlineData("""{"a":"x {{other}} y"}""", """{"a":"x o y"}""")]
    [InlineData("""{"a":"{{other}}{{ other }}"}""", """{"a":"oo"}""")]
    [InlineData("""{"a":"{{number}}"}""", """{"a":0.70}""")]
    [InlineData("""{"a":" {{number}}"}""", """{"a":" 0.70"}""")]
    [InlineData("""{"a":["{{flag}}","is {{flag}}"]}""", """{"a":[true,"is true"]}""")]
    [InlineData("""{"a":"{{unknown}} {{ }} {{1}} {{other"}""", """{"a":"{{unknown}} {{ }} {{1}} {{other"}""")]
    [InlineData("""{"a":"{{{other}}} {{{ number }}}"}""", """{"a":"o 0.70"}"""), InlineData("""{"a":"{{{number}}}"}""", """{"a":0.70}""")]
    [InlineData("""{"a":"\\{{other}} {{other}}"}""", """{"a":"{{other}} o"}"""), InlineData("""{"a":"\\{{flag}}"}""", """{"a":"{{flag}}"}""")]
    [InlineData("""{"a":"\\{{{other}}}"}""", """{"a":"{{{other}}}"}""")]
    [InlineData("""{"a":"\\{{unknown}} {{{unknown}}} {{other.x}}"}""", """{"a":"\\{{unknown}} {{{unknown}}} {{other.x}}"}""")]
    [InlineData("""{"a":"{{a.b}} {{a}}"}""", """{"a":"path {{a}}"}""")]
    [InlineData("""{"{{other}}":"\u00e9","n":1.0e2,"z":null}""", """{"{{other}}":"\u00e9","n":1.0e2,"z":null}""")]
    public void Values_stand_where_variables_stood(string document, string expected) => Assert.Equal(expected, Render(document));

    [Fact]
    public void A_value_is_not_looked_into_again_and_cannot_break_out_of_its_text()
    {
        var rendered = JsonDocument.Parse(Render("""{"a":"<{{text}}>"}""")).RootElement;
        Assert.Equal("<a \"b\"\n{{other}} é>", rendered.GetProperty("a").GetString());
    }

    [Fact]
    public void What_would_grow_beyond_all_content_is_not_made()
    {
        var values = new Dictionary<string, JsonElement> { ["x"] = Value($"\"{new string('x', 8_000)}\"") };
        Assert.Null(TemplateRendering.Render(new JsonText($"[\"{string.Concat(Enumerable.Repeat("{{x}}", 100_000))}\"]"), values));
        Assert.Null(TemplateRendering.Render(new JsonText($"[{string.Join(',', Enumerable.Repeat("\"{{x}}\"", 50_000))}]"), values));
    }

    private static string Render(string document) => TemplateRendering.Render(new JsonText(document), Values)!.Value.Text;

    private static JsonElement Value(string json) => JsonDocument.Parse(json).RootElement;
}
