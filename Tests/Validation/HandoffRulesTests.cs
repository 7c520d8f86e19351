using AgentManagement.Configuration;
using AgentManagement.Domain.Validation;

namespace AgentManagement.Tests.Validation;

/// <summary>
/// Hand-offs as <c>a>b,c</c>, one agent a word; a workflow's id begins with w. The first is the one that is checked.
/// </summary>
public sealed class HandoffRulesTests
{
    [Theory]
    [InlineData("a>", "")]
    [InlineData("a>b b>", "")]
    [InlineData("a>b,c b>c c>", "")]
    [InlineData("a>b", "warning handoff_target_missing 0")]
    [InlineData("a>b,c c>", "warning handoff_target_missing 0")]
    [InlineData("a>b,b", "warning handoff_target_missing 0; warning handoff_target_missing 1")]
    // What is missing further on is another agent's affair.
    [InlineData("a>b b>c", "")]
    [InlineData("a>a", "error handoff_self 0")]
    [InlineData("a>b,a b>", "error handoff_self 1")]
    // They may hand back and forth.
    [InlineData("a>b b>a", "")]
    [InlineData("a>b b>c c>a", "")]
    [InlineData("w>b b>w", "error handoff_cycle 0")]
    [InlineData("w>b,c b> c>d d>w", "error handoff_cycle 1")]
    [InlineData("w>b,c b>c c>w", "error handoff_cycle 0; error handoff_cycle 1")]
    [InlineData("w>v v>", "")]
    [InlineData("w>b b>c c>b", "")]
    // The one that closes the circle need not be the workflow.
    [InlineData("a>w w>a", "error handoff_cycle 0")]
    [InlineData("a>b b>w w>c c>a", "error handoff_cycle 0")]
    [InlineData("a>b,w b>a w>", "")]
    [InlineData("a>w w>b b>w", "")]
    public void Hand_offs_lead_to_agents_that_are_there_and_no_workflow_to_itself(string agents, string expected) =>
        Assert.Equal(expected, FoundIn(agents));

    [Fact]
    public void A_live_agent_needs_those_that_it_hands_over_to() =>
        Assert.Equal("error handoff_target_missing 0", FoundIn("a>b", isLive: true));

    [Fact]
    public void What_is_nobodys_yet_leads_back_to_nobody() => Assert.Equal("", FoundIn("a>b b>a", agentId: null));

    [Theory, InlineData(10, ""), InlineData(11, "error handoff_depth"), InlineData(12, "error handoff_depth")]
    public void No_agent_is_too_many_hand_offs_away(int steps, string expected) => Assert.Equal(expected, FoundIn(Chain(steps)));

    [Fact]
    public void A_short_way_counts_and_not_the_long_one_beside_it()
    {
        Assert.Equal("", FoundIn(Chain(10).Replace("a0>a1 ", "a0>a1,a5 ", StringComparison.Ordinal)));
        // Back and forth is not far.
        Assert.Equal("", FoundIn($"{Chain(10)[..^1]}>a0"));
    }

    [Fact]
    public void No_message_names_an_agent() => Assert.All(
        HandoffRules.Check(Subject("canary", "canary,other"), new HandoffGraph("canary", ["canary", "other"], [])),
        issue => Assert.DoesNotContain("canary", issue.ToString(), StringComparison.Ordinal));

    /// <summary>a0 hands over to a1, a1 to a2 …</summary>
    private static string Chain(int steps) => string.Join(' ', Enumerable.Range(0, steps).Select(step => $"a{step}>a{step + 1}")
        .Append($"a{steps}>"));

    private static string FoundIn(string agents, bool isLive = false, string? agentId = "")
    {
        var nodes = agents.Split(' ').Select(agent => agent.Split('>')).Select(parts => (Id: parts[0], Targets: parts[1])).ToArray();
        var start = nodes[0];
        var subject = Subject(start.Id, start.Targets, isLive) with { AgentId = agentId is null ? null : start.Id };
        var graph = new HandoffGraph(subject.AgentId, Split(start.Targets), nodes.Skip(agentId is null ? 0 : 1)
            .Select(node => new HandoffNode(node.Id, TypeOf(node.Id), "draft", Split(node.Targets))));
        return string.Join("; ", HandoffRules.Check(subject, graph).Select(issue =>
            Found.Line(issue).Replace("/config/handoffs", "", StringComparison.Ordinal).Replace("/agentId", "", StringComparison.Ordinal)
                .Replace(" /", " ", StringComparison.Ordinal).TrimEnd()));
    }

    private static ReferenceSubject Subject(string id, string targets, bool isLive = false) => new(
        "acme", id, TypeOf(id), new AgentConfig { Handoffs = [.. Split(targets).Select(target => new Handoff { AgentId = target })] },
        Given.Limits, isLive);

    private static string TypeOf(string id) => id[0] == 'w' ? AgentType.Workflow : AgentType.Conversational;

    private static ImmutableArray<string> Split(string targets) => [.. targets.Split(',', StringSplitOptions.RemoveEmptyEntries)];
}
