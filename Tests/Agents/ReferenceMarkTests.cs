using AgentManagement.Domain.Agents;
using AgentManagement.Changes;
using AgentManagement.Files;

namespace AgentManagement.Tests.Agents;

/// <summary>The mark of an agent that refers to what is gone.</summary>
public sealed class ReferenceMarkTests
{
    private static readonly string FileId = AgentManagement.Files.FileId.Of(new byte[32]);

    private static readonly string Config =
        """{"handoffs":[{"agentId":"b"}],"tools":[{"id":"search"}],"attachments":[{"blobRef":"FILE"}]}"""
            .Replace("FILE", FileAddress.Of(FileId), StringComparison.Ordinal);

    public static TheoryData<string> References => ["agent/b", "template/desk", $"file/{FileId}"];

    [Theory, MemberData(nameof(References))]
    public void What_is_gone_is_marked_and_what_is_back_is_not(string reference)
    {
        var marked = Agent().When(new MarkReference(reference, IsGone: true)).Written();
        Assert.Equal((ChangeKind.Degraded, reference), (marked.Change!.Kind, Assert.Single(marked.Agent!.Degraded)));
        marked.When(new MarkReference(reference, IsGone: true)).WritesNothing();
        var recovered = marked.When(new MarkReference(reference, IsGone: false)).Written();
        Assert.Equal(ChangeKind.Recovered, recovered.Change!.Kind);
        Assert.Empty(recovered.Agent!.Degraded);
    }

    [Theory, InlineData("agent/c"), InlineData("template/other"), InlineData("file/other"), InlineData("search"), InlineData("b")]
    public void What_the_agent_does_not_refer_to_is_not_marked(string reference) =>
        Agent().When(new MarkReference(reference, IsGone: true)).WritesNothing();

    [Fact]
    public void A_check_of_tools_leaves_the_marks_of_references_and_the_other_way_round()
    {
        var both = Agent("agent/b", "search");
        Assert.Equal(["agent/b"], both.When(new MarkDegraded([])).Written().Agent!.Degraded);
        Assert.Equal(["search"], both.When(new MarkReference("agent/b", IsGone: false)).Written().Agent!.Degraded);
        Assert.Equal(["agent/b", "search"], Agent("agent/b").When(new MarkDegraded(["search"])).Written().Agent!.Degraded);
    }

    [Fact]
    public void The_mark_goes_with_the_reference()
    {
        var patched = Agent("agent/b", "search").When(new PatchAgent(new("""{"config":{"handoffs":null}}"""))).Written();
        Assert.Equal(["search"], patched.Agent!.Degraded);
        Assert.Equal(
            ["agent/b", "search"],
            Agent("agent/b", "search").When(new PatchAgent(new("""{"description":"Other."}"""))).Written().Agent!.Degraded);
    }

    [Fact]
    public void What_a_check_has_found_is_marked_no_more()
    {
        var agent = Agent("agent/b", "search").Agent!;
        Assert.Equal(["search"], MarkRules.After(agent, tools: null, ["agent/b"]));
        Assert.Equal(["agent/b"], MarkRules.After(agent, tools: [], []));
        Assert.Equal(["agent/b", "search"], MarkRules.After(agent, tools: null, []));
    }

    private static AgentState Agent(params string[] marks) => Given.State("inactive", agent => agent with
    {
        Config = new(Config),
        Degraded = [.. marks],
        Derivation = new("desk", 1, JsonText.EmptyObject, JsonText.EmptyObject),
    });
}
