using AgentManagement.Changes;
using AgentManagement.Domain.Agents;

namespace AgentManagement.Tests.Agents;

/// <summary>The mark of an agent whose tools do not work any more.</summary>
public sealed class MarkRulesTests
{
    private const string Tools = """{"tools":[{"id":"mail"},{"id":"search"},{"id":"off","enabled":false},{"id":"own","inputSchema":{}}]}""";

    [Fact]
    public void It_is_a_change_of_its_own_that_leaves_the_content_as_it_is()
    {
        var state = Marked();
        var next = state.When(new MarkDegraded(["search", "mail", "mail"])).Written();
        Assert.Equal(["mail", "search"], next.Agent!.Degraded);
        Assert.Equal(AgentParts.Of(state.Agent!), AgentParts.Of(next.Agent));
        var entry = next.Change!;
        Assert.Equal((ChangeKind.Degraded, Given.Version + 1, "\nmail\n\nsearch\n"), (entry.Kind, entry.Version, entry.Search!.Degraded));
        Assert.Equal(["/degraded"], entry.Details!.Fields);
        Assert.Equal(["mail", "search"], entry.Details.ToDetails().Degraded);
        Assert.Equal(default, entry.Delta);
    }

    [Fact]
    public void The_last_of_it_is_a_recovery()
    {
        Assert.Equal(ChangeKind.Degraded, Marked("mail", "search").When(new MarkDegraded(["search"])).Value!.Kind);
        var recovered = Marked("search").When(new MarkDegraded([])).Written();
        Assert.Equal((ChangeKind.Recovered, ""), (recovered.Change!.Kind, recovered.Change!.Search!.Degraded));
        Assert.Empty(recovered.Agent!.Degraded);
    }

    [Fact]
    public void What_is_so_already_is_no_change() => Marked("mail", "search").When(new MarkDegraded(["search", "mail"])).WritesNothing();

    [Theory, InlineData("off"), InlineData("own"), InlineData("absent")]
    public void A_tool_that_the_agent_does_not_use_marks_nothing(string tool) => Marked().When(new MarkDegraded([tool])).WritesNothing();

    [Fact]
    public void An_archived_agent_keeps_the_time_of_its_archiving() =>
        Given.State(AgentStatus.Archived, agent => agent with { Config = new(Tools) }).When(new MarkDegraded(["mail"])).WritesNothing();

    [Fact]
    public void A_mark_lets_go_of_no_version_whatever_the_tier_of_who_marks()
    {
        var free = Given.Context with { Admission = Given.Admission with { Limits = Given.Tiers.Find("free") } };
        var entry = Marked().When(new MarkDegraded(["mail"]), free).Written().Change!;
        Assert.Equal(0, entry.Version - entry.Limits!.VersionsKept);
    }

    [Theory]
    [InlineData("""{"tools":[{"id":"search"},{"id":"new"}]}""", "search"),
        InlineData("""{"tools":[{"id":"search","enabled":false},{"id":"mail"}]}""", "mail")]
    [InlineData("""{"tools":[{"id":"search","inputSchema":{}}]}""", ""), InlineData("""{}""", "")]
    public void An_edit_takes_the_tools_that_it_removes_out_of_the_mark(string config, string marked)
    {
        var next = Marked("mail", "search").When(new ReplaceAgent(Given.Config(config))).Written();
        Assert.Equal((ChangeKind.Updated, marked), (next.Change!.Kind, string.Join(' ', next.Agent!.Degraded)));
        Assert.Equal(next.Agent.Degraded, next.Change!.Details!.Degraded);
    }

    [Fact]
    public void A_change_of_status_keeps_the_mark() =>
        Assert.Equal(["mail"], Marked("mail").When(new ArchiveAgent()).Written().Agent!.Degraded);

    private static AgentState Marked(params string[] tools) =>
        Given.State(AgentStatus.Draft, agent => agent with { Config = new(Tools), Degraded = [.. tools] });
}
