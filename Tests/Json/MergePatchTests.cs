using AgentManagement.Domain.Json;

namespace AgentManagement.Tests.Json;

public sealed class MergePatchTests
{
    // RFC 7396, appendix A, in its order.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""[1,2]""", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void The_examples_of_RFC_7396(string target, string patch, string expected) => Assert.Equal(expected, Apply(target, patch));

    [Theory]
    [InlineData("""{"z":1,"m":{"y":1,"b":2},"a":3}""", """{"m":{"b":3,"a":4},"z":2}""", """{"z":2,"m":{"y":1,"b":3,"a":4},"a":3}""")]
    [InlineData("""{"z":1,"a":2}""", """{"z":{"n":1}}""", """{"z":{"n":1},"a":2}""")]
    public void Members_keep_their_place_and_new_ones_come_last(string target, string patch, string expected) =>
        Assert.Equal(expected, Apply(target, patch));

    [Theory]
    [InlineData("""{"a":1.0,"b":123456789012345678901234567890}""", """{"c":1e5}""",
        """{"a":1.0,"b":123456789012345678901234567890,"c":1e5}""")]
    [InlineData("""{"a":[null,{"b":null}]}""", """{"c":[null,{"d":null}]}""", """{"a":[null,{"b":null}],"c":[null,{"d":null}]}""")]
    public void Numbers_stay_as_written_and_nulls_in_lists_are_values(string target, string patch, string expected) =>
        Assert.Equal(expected, Apply(target, patch));

    [Fact]
    public void A_patch_can_be_used_again()
    {
        var patch = JsonNode.Parse("""{"a":{"b":[1]}}""");
        _ = MergePatch.Apply(JsonNode.Parse("{}"), patch)!["a"]!["b"]!.AsArray().Remove(null);
        Assert.Equal("""{"a":{"b":[1]}}""", MergePatch.Apply(JsonNode.Parse("{}"), patch)!.ToJsonString());
    }

    private static string Apply(string target, string patch) =>
        MergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch))?.ToJsonString() ?? "null";
}
