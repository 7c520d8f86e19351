using AgentManagement.Domain.Tenants;
using AgentManagement.Grains.Tenants;

namespace AgentManagement.Tests.Tenants;

public sealed class NewAgentIdTests
{
    [Fact]
    public void The_clients_own_id_is_taken() => Assert.Equal("my-bot", NewAgentId.For(new("""{"id":"my-bot","name":"Other"}""")));

    [Theory]
    [InlineData("""{"name":"Support Bot"}""", "support-bot-")]
    [InlineData("""{"name":"  Ünïcode  BOT!! "}""", "n-code-bot-")]
    [InlineData("""{"name":"漢字"}""", "agent-")]
    [InlineData("""{"name":""}""", "agent-")]
    [InlineData("""{"name":7}""", "agent-")]
    [InlineData("""{}""", "agent-")]
    [InlineData("[]", "agent-")]
    [InlineData("null", "agent-")]
    [InlineData("""{"id":"NO","name":"a"}""", "a-")]
    [InlineData("""{"id":"bot\n","name":"a"}""", "a-")]
    [InlineData("""{"id":null,"name":"a"}""", "a-")]
    public void Otherwise_a_readable_id_is_made_of_any_content(string content, string start)
    {
        var id = NewAgentId.For(new(content));
        Assert.StartsWith(start, id, StringComparison.Ordinal);
        Assert.True(GrainKeys.IsAgentId(id), id);
        Assert.NotEqual(id, NewAgentId.For(new(content)));
    }

    [Theory, InlineData("a"), InlineData("a ")]
    public void The_longest_name_makes_an_id_that_fits(string part) =>
        Assert.True(GrainKeys.IsAgentId(NewAgentId.For(new("{\"name\":\"" + string.Concat(Enumerable.Repeat(part, 100)) + "\"}"))));
}
