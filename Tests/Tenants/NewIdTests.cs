using AgentManagement.Domain.Tenants;
using AgentManagement.Grains.Tenants;

namespace AgentManagement.Tests.Tenants;

public sealed class NewIdTests
{
    [Fact]
    public void The_clients_own_id_is_taken() => Assert.Equal("my-bot", NewId.OfAgent(new("""{"id":"my-bot","name":"Other"}""")));

    [Fact]
    public void An_agents_id_may_hold_an_underscore_and_that_of_a_tenants_template_may_not()
    {
        JsonText content = new("""{"id":"my_bot","name":"Other"}""");
        Assert.Equal("my_bot", NewId.OfAgent(content));
        Assert.StartsWith("other-", NewId.OfTemplate(content), StringComparison.Ordinal);
    }

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
        var id = NewId.OfAgent(new(content));
        Assert.StartsWith(start, id, StringComparison.Ordinal);
        Assert.True(GrainKeys.IsAgentId(id), id);
        Assert.NotEqual(id, NewId.OfAgent(new(content)));
    }

    [Theory, InlineData("a"), InlineData("a ")]
    public void The_longest_name_makes_an_id_that_fits(string part) =>
        Assert.True(GrainKeys.IsAgentId(NewId.OfAgent(new("{\"name\":\"" + string.Concat(Enumerable.Repeat(part, 100)) + "\"}"))));
}
