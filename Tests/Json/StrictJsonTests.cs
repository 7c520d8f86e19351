using System.Text;
using AgentManagement.Domain.Json;
using AgentManagement.Tests.Validation;

namespace AgentManagement.Tests.Json;

public sealed class StrictJsonTests
{
    private const string Canary = "canary-5f2a";

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{\"a\":1,}")]
    [InlineData("[1,]")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1 /* no */}")]
    [InlineData("// no\n{}")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("0x1")]
    [InlineData("\"a\nb\"")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12\"")]
    [InlineData("tru")]
    [InlineData("undefined")]
    public void What_is_not_json_is_refused(string json) => Refused(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""[{"b":{"a":1,"c":2,"a":3}}]""")]
    public void A_member_name_that_comes_twice_is_refused(string json) => Refused(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Names_are_told_apart_by_case() => Assert.Equal("""{"a":1,"A":2}""", Given.Read("""{"a":1,"A":2}""").Text);

    [Theory]
    [InlineData("""{"a":"\ud800"}""", "/a")]
    [InlineData("""{"a":["x","\udc00"]}""", "/a/1")]
    [InlineData("""{"a":{"\ud800":1}}""", "")]
    [InlineData("""{"a/b":"\ud83d x"}""", "/a~1b")]
    [InlineData("""{"a":"\udc00\ud800"}""", "/a")]
    [InlineData("\"\\ud800\"", "")]
    [InlineData("""{"a":"x\u0000y"}""", "/a")]
    [InlineData("""{"a":{"x\u0000":1}}""", "/a")]
    [InlineData("\"\\u0000\"", "")]
    public void Text_that_no_database_can_hold_is_refused_at_its_place(string json, string pointer) =>
        Refused(Encoding.UTF8.GetBytes(json), pointer);

    [Fact]
    public void A_pair_of_surrogates_is_one_character() =>
        Assert.Equal("😀", StrictJson.Parse(Given.Read("""{"a":"\ud83d\ude00"}""")).GetProperty("a").GetString());

    [Theory, InlineData("[", "]"), InlineData("{\"a\":", "}")]
    public void A_document_may_be_48_levels_deep_and_no_deeper(string open, string close)
    {
        Assert.True(StrictJson.TryParse(Nested(48), out var text, out _));
        Assert.Equal(Encoding.UTF8.GetString(Nested(48)), text.Text);
        Assert.Equal(text, StrictJson.Compact(StrictJson.Parse(text)));
        Refused(Nested(49));
        Refused(Nested(100_000));

        byte[] Nested(int levels) => Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Repeat(open, levels)) + (close == "}" ? "1" : "") + string.Concat(Enumerable.Repeat(close, levels)));
    }

    [Theory]
    [InlineData("{\n  \"a\": 1,\n}", "", "Not valid JSON at line 3, byte 1.")]
    [InlineData("", "", "Not valid JSON at line 1, byte 1.")]
    [InlineData("{\"a\":[{\"b\":1,\"b\":2}]}", "", "A member name comes twice in an object, at line 1, byte 14.")]
    [InlineData("{\"a\":1,\n \"b\":2,\n \"a\":[}", "", "A member name comes twice in an object, at line 3, byte 2.")]
    [InlineData("{\"a\":{\"b\":1},\"b\":[}", "", "Not valid JSON at line 1, byte 19.")]
    [InlineData("{\"a\":\"\\u0000\"}", "/a", "Text must not hold U+0000.")]
    [InlineData("{\"a\":1,\"a\":2,\"\\ud800\":3}", "", "A member name comes twice in an object, at line 1, byte 8.")]
    public void The_message_says_which_rule_is_broken(string json, string pointer, string message)
    {
        Assert.False(StrictJson.TryParse(Encoding.UTF8.GetBytes(json), out _, out var issue));
        Assert.Equal((pointer, message), (issue.Pointer, issue.Message));
    }

    [Fact]
    public void Too_many_levels_are_told_apart_from_what_is_no_json()
    {
        Assert.False(StrictJson.TryParse(Encoding.UTF8.GetBytes(new string('[', 49) + "!"), out _, out var deep));
        Assert.Equal("Arrays and objects are more than 48 levels deep.", deep.Message);
        Assert.False(StrictJson.TryParse(Encoding.UTF8.GetBytes(new string('[', 48) + "!"), out _, out var broken));
        Assert.Equal("Not valid JSON at line 1, byte 49.", broken.Message);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over_once()
    {
        Assert.True(StrictJson.TryParse("\uFEFF{}"u8.ToArray(), out var text, out _));
        Assert.Equal("{}", text.Text);
        Refused("\uFEFF\uFEFF{}"u8.ToArray());
        Refused("{\uFEFF}"u8.ToArray());
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void Bytes_that_are_not_utf8_are_refused_in_values_and_names(byte[] bytes)
    {
        Refused([.. "{\"a\":\""u8, .. bytes, .. "\"}"u8], "/a");
        Refused([.. "{\""u8, .. bytes, .. "\":1}"u8]);
        Refused(bytes);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e5")]
    [InlineData("1E+5")]
    [InlineData("-0")]
    [InlineData("0")]
    [InlineData("-0.0")]
    [InlineData("1e400")]
    [InlineData("0.10")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("0.1000000000000000055511151231257827021181583404541015625")]
    public void Numbers_are_kept_as_they_were_written(string number)
    {
        Assert.Equal($"[{number}]", Given.Read($"[ {number} ]").Text);
        var agent = Given.State("draft").When(new AgentManagement.Agents.PatchAgent(new("{\"metadata\":{\"n\":" + number + "}}")))
            .Written().Agent!;
        Assert.Contains($"\"n\":{number}}}", agent.Metadata.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Order_and_null_are_kept_and_only_white_space_goes() =>
        Assert.Equal("""{"z":1,"a":null,"M":[true,false,{}],"":""}""",
            Given.Read(" {\n\"z\" : 1,\t\"a\":null, \"M\":[true, false, { }], \"\":\"\" }\r\n").Text);

    [Theory, InlineData("a\"b\\c/d\b\f\n\r\t"), InlineData("é漢😀\u2028\u2029\u007f\uFEFF\uE000"), InlineData("<script>&'+</script>")]
    public void Text_means_after_compacting_what_it_meant_before(string value)
    {
        var text = Given.Read(JsonSerializer.Serialize(value));
        Assert.Equal(value, StrictJson.Parse(text).GetString());
        Assert.Equal(text, StrictJson.Compact(StrictJson.Parse(text)));
    }

    [Fact]
    public void Compacting_is_stable_for_random_documents() => Assert.All(Enumerable.Range(1, 200), seed =>
    {
        var text = Given.Text(new SchemaGenerator(seed).AnyValue());
        Assert.Equal(text, Given.Read(text.Text));
        Assert.Equal(text, StrictJson.Compact(StrictJson.Parse(text)));
    });

    [Theory, InlineData($"{{\"a\":\"{Canary}"), InlineData($"{{\"{Canary}\":1,\"{Canary}\":2}}"),
        InlineData($"{{\"a\":\"{Canary}\\ud800\"}}"), InlineData($"{Canary}")]
    public void The_refusal_never_repeats_the_document(string json)
    {
        Assert.False(StrictJson.TryParse(Encoding.UTF8.GetBytes(json), out _, out var issue));
        Assert.DoesNotContain(Canary, issue.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_refusal_says_where() // Line and byte as editors count and as RFC 8259 has no word for.
    {
        Assert.False(StrictJson.TryParse("{\n\"a\":x}"u8.ToArray(), out _, out var issue));
        Assert.Contains("line 2, byte 5", issue.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("", "a", "/a"), InlineData("/a", "b/c", "/a/b~1c"), InlineData("/a", "~", "/a/~0"), InlineData("", "~1", "/~01"),
        InlineData("/a", "", "/a/")]
    public void A_pointer_escapes_as_RFC_6901_says(string pointer, string member, string expected) =>
        Assert.Equal(expected, JsonPointer.Append(pointer, member));

    [Fact]
    public void Json_text_is_embedded_in_json_as_itself_and_read_back_the_same()
    {
        var text = new JsonText("""{"z":1.0,"a":null,"t":"é\""}""");
        var json = JsonSerializer.Serialize(new[] { text });
        Assert.Equal($"[{text.Text}]", json);
        Assert.Equal(text, Assert.Single(JsonSerializer.Deserialize<JsonText[]>(json)!));
    }

    private static void Refused(byte[] utf8, string pointer = "")
    {
        Assert.False(StrictJson.TryParse(utf8, out var text, out var issue));
        Assert.Equal(default, text);
        Assert.Equal(("malformed_json", pointer), (issue.Code, issue.Pointer));
    }
}
