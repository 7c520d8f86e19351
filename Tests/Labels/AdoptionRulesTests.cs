using AgentManagement.Domain.Releases;
using AgentManagement.Releases;
using AgentManagement.Runtimes;
using static AgentManagement.Tests.Support.GivenLabel;

namespace AgentManagement.Tests.Labels;

/// <summary>Which runtimes have what a release brought.</summary>
public sealed class AdoptionRulesTests
{
    // The label has version 5 of bot and desk, and of bot version 7 by steps; the change is number 22.
    private static readonly LabelState State = Running(Gradual(Step(9)));

    [Theory]
    [InlineData(22, "bot 5", true), InlineData(22, "bot 7", true), InlineData(23, "bot 7, bot 5", true), InlineData(21, "bot 7", false)]
    [InlineData(22, "bot 4", false), InlineData(22, "bot 5, bot 4", false), InlineData(22, "desk 1", true), InlineData(22, "", true)]
    public void A_runtime_has_it_by_its_revision_and_runs_of_its_agents_only_what_the_label_has(int revision, string runs, bool hasIt)
    {
        var adoption = Adoption(State, Runner("one", revision, runs));
        Assert.Equal(("production", 22, 1, hasIt ? 1 : 0), (adoption.Label, adoption.LabelRevision, adoption.Live, adoption.Adopted));
        Assert.Equal(hasIt ? [] : [new RuntimeBehind("one", revision)], adoption.Behind);
    }

    [Fact]
    public void An_agent_that_was_taken_off_is_to_be_run_by_nobody()
    {
        var state = State().Then(new RunRelease(Plan(To("bot", null))));
        Assert.Equal(0, Adoption(state, Runner("one", 21, "bot 5")).Adopted);
        Assert.Equal(1, Adoption(state, Runner("one", 21, "desk 5")).Adopted);
    }

    [Fact]
    public void A_hundred_that_are_behind_are_named_in_order()
    {
        var adoption = Adoption(State, [.. Enumerable.Range(0, 150).Reverse().Select(number => Runner($"{number:000}", 1, ""))]);
        Assert.Equal((150, 0), (adoption.Live, adoption.Adopted));
        Assert.Equal(Enumerable.Range(0, 100).Select(number => $"{number:000}"), adoption.Behind.Select(each => each.Instance));
    }

    [Fact]
    public void Before_it_is_applied_there_is_none_of_it()
    {
        var made = Made(Plan(To("bot", 7)));
        Assert.Null(AdoptionRules.Of(made.Label!, made.Release(), []));
        Assert.Null(Adoption(State).Share);
    }

    private static Adoption Adoption(LabelState state, params LabelRunner[] runners) =>
        AdoptionRules.Of(state.Label!, state.Release(), runners)!;

    private static LabelRunner Runner(string instance, int revision, string runs) => new(
        instance, revision,
        [.. runs.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(each => each.Split(' '))
            .Select(each => new RunningVersion(each[0], int.Parse(each[1], System.Globalization.CultureInfo.InvariantCulture)))]);
}
