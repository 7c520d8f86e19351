using AgentManagement.Domain.Json;

namespace AgentManagement.Tests.Json;

public sealed class ItemKeysTests
{
    [Theory]
    [InlineData("tools", """[{"id":"b","version":"1"},{"id":"a"}]""", "b a")]
    [InlineData("mcpServers", """[{"name":"x","url":"https://h"}]""", "x")]
    [InlineData("handoffs", """[{"agentId":"one"},{"agentId":"two"}]""", "one two")]
    [InlineData("rules", """[{"id":"r1"},{"id":"r2"}]""", "r1 r2")]
    [InlineData("attachments", """[{"blobRef":"blob://a/b"}]""", "blob://a/b")]
    [InlineData("fallbacks", """[{"provider":"openai","id":"m"},{"provider":"xai","id":"m"}]""", "openai/m xai/m")]
    [InlineData("starters", """[{"text":"Hello"}]""", "Hello")]
    [InlineData("examples", """[{"input":"q","output":"a"}]""", "q")]
    [InlineData("blocks", """[{"label":"persona","value":"v"}]""", "persona")]
    [InlineData("sources", """[{"type":"url","ref":"a"},{"type":"file","ref":"a"}]""", "url/a file/a")]
    [InlineData("anything", """["b","a"]""", "b a")]
    [InlineData("tools", "[]", "")]
    public void Items_are_told_apart_by_what_names_them(string name, string array, string keys)
    {
        Assert.True(ItemKeys.TryKeys(name, StrictJson.Parse(Given.Read(array)), out var found));
        Assert.Equal(keys.Split(' ', StringSplitOptions.RemoveEmptyEntries), found);
    }

    [Theory]
    [InlineData("tools", """[{"id":"a"},{"id":"a"}]""")]
    [InlineData("tools", """[{"id":"a"},{"name":"b"}]""")]
    [InlineData("tools", """[{"id":1}]""")]
    [InlineData("tools", """[null]""")]
    [InlineData("fallbacks", """[{"id":"m"}]""")]
    [InlineData("anything", """[{"id":"a"}]""")]
    [InlineData("anything", """["a","a"]""")]
    [InlineData("anything", """["a",1]""")]
    public void Items_without_a_key_of_their_own_are_told_apart_by_their_places(string name, string array) =>
        Assert.False(ItemKeys.TryKeys(name, StrictJson.Parse(Given.Read(array)), out _));
}
