using AgentManagement.Domain.Releases;
using AgentManagement.Releases;
using static AgentManagement.Tests.Support.GivenLabel;

namespace AgentManagement.Tests.Labels;

/// <summary>What keeps a release from starting.</summary>
public sealed class ReleaseGateTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void A_release_starts_at_its_time_and_not_before()
    {
        var state = Made(Plan(To("bot", 7)) with { StartAt = Given.Now + Millisecond });
        Assert.Equal("too_early", Start(state));
        Assert.Equal("", Start(state, Context.After(Millisecond)));
    }

    [Theory]
    [InlineData("bot", 4, "stale_expect /items/0", "The label has version 5 of it, and version 4 was expected.")]
    [InlineData("bot", null, "stale_expect /items/0", "The label has version 5 of it, and no version was expected.")]
    [InlineData("mail", 5, "stale_expect /items/0", "The label has no version of it, and version 5 was expected.")]
    [InlineData("bot", 5, "", ""), InlineData("mail", null, "", "")]
    public void A_version_that_was_not_expected_is_never_overwritten(string agentId, int? expected, string told, string detail)
    {
        var outcome = Made(Plan(new PlannedItem(agentId, 7, expected, ExpectsAny: false))).When(new StartRelease(Id));
        Assert.Equal((told, detail), (outcome.Told(), outcome.Detail));
    }

    [Fact]
    public void What_has_gone_since_the_release_was_made_is_told_at_its_place()
    {
        var state = Made(Plan(To("bot", 7), To("desk", 6)));
        Assert.Equal("agent_gone /items/1", Start(state, Context.Knowing("desk", facts => facts with { IsThere = false })));
        Assert.Equal("version_gone /items/1", Start(state, Context.Knowing("desk", facts => facts with { IsKept = false })));
        Assert.Equal("agent_gone /items/0, agent_gone /items/1", Start(state, Context with { Facts = Context.Facts.Clear() }));
        // Nothing of an agent has to be there for a label to let go of it.
        Assert.Equal("", Start(Made(Plan(To("bot", null))), Context with { Facts = Context.Facts.Clear() }));
    }

    [Fact]
    public void In_a_freeze_nothing_starts_from_its_first_moment_to_its_last()
    {
        var freeze = new Freeze(Given.Now, Given.Now.AddHours(1), "Holidays.");
        var state = Made(Plan(To("bot", 7)), new() { Freezes = [freeze] });
        var frozen = state.When(new StartRelease(Id));
        frozen.Refused(OutcomeKind.Conflict, "frozen");
        Assert.Equal("Nothing is released until 2026-03-01 13:00:00Z: Holidays.", frozen.Detail);
        Assert.Equal("frozen", Start(state, Context.After(TimeSpan.FromHours(1) - Millisecond)));
        Assert.Equal("", Start(state, Context.After(TimeSpan.FromHours(1))));
        Assert.Equal("", Start(state, Context.After(-Millisecond)));
    }

    [Fact]
    public void Each_check_that_a_label_asks_for_must_have_passed()
    {
        var state = Made(Plan(To("bot", 7), To("desk", null)), new() { Checks = ["review", "tests"] });
        Assert.Equal("check_missing /items/0, check_missing /items/0", Start(state));
        Assert.Equal("check_failed /items/0, check_missing /items/0", Start(state, Checked(("review", false), ("other", true))));
        Assert.Equal("check_failed /items/0", Start(state, Checked(("review", true), ("tests", false))));
        Assert.Equal("", Start(state, Checked(("review", true), ("tests", true), ("other", false))));

        static LabelContext Checked(params (string Name, bool IsOk)[] checks) => Context.Knowing("bot", facts => facts with
        {
            Checks = [.. checks.Select(each => new VersionCheck(each.Name, each.IsOk, null, Given.Now, "ci"))],
        });
    }

    [Theory]
    [InlineData(6, "not_promoted /items/0", "The label 'staging' has version 6 of it.")]
    [InlineData(null, "not_promoted /items/0", "The label 'staging' has no version of it."), InlineData(7, "", "")]
    public void The_label_before_must_have_exactly_this_version(int? before, string told, string detail)
    {
        var context = Context.Knowing("bot", facts => facts with { StableBefore = before });
        var outcome = Made(Plan(To("bot", 7), To("desk", null)), new() { From = "staging" }).When(new StartRelease(Id), context);
        Assert.Equal((told, detail), (outcome.Told(), outcome.Detail));
    }

    [Fact]
    public void All_that_keeps_a_release_is_told_at_once_and_the_first_of_it_is_the_refusal()
    {
        var plan = Plan(To("bot", 7), new PlannedItem("desk", 6, 4, ExpectsAny: false)) with { StartAt = Given.Now.AddHours(1) };
        var made = State(Strict).When(new CreateRelease(plan));
        Assert.Equal(
            "too_early, stale_expect desk, approval_required, frozen, check_missing bot, not_promoted bot, "
            + "check_missing desk, not_promoted desk",
            made.Told());
        var refused = made.Written().When(new StartRelease(Id));
        refused.Refused(OutcomeKind.Conflict, "too_early");
        Assert.Equal(made.Value!.Answer.Gates.Select(gate => (gate.Code, gate.Detail)),
            refused.Issues.Select(issue => (issue.Code, issue.Message)));
        Assert.Equal((refused.Issues[0].Message, "/items/1"), (refused.Detail, refused.Issues[1].Pointer));
        Assert.Contains(refused.Issues, issue => issue.Message == "0 of 2 approvals of this plan are there.");
    }

    [Fact]
    public void A_bypass_passes_what_the_policy_asks_and_nothing_else_and_says_why()
    {
        var done = State(Strict).Then(new BypassRelease(Plan(To("bot", 7)) with { Note = "Shorter." }, "Fire."));
        Assert.Equal(("7", "completed", "bypass"), (done.Has("bot"), done.Release().Status, done.Release().Kind));
        Assert.Equal(("release_bypassed", "Fire.", "Fire."), (done.Change!.Kind, done.Change.Note, done.Release().Reason));
        var unexpected = Plan(new PlannedItem("bot", 7, 4, ExpectsAny: false)) with { StartAt = Given.Now.AddHours(1) };
        Assert.Equal("too_early, stale_expect /items/0", State().When(new BypassRelease(unexpected, "Fire.")).Told());
        Assert.Equal("out_of_range /reason", State().When(new BypassRelease(Plan(To("bot", 7)), "")).Told());
        Assert.Equal("required /reason", State().When(new BypassRelease(Plan(To("bot", 7)), null!)).Told());
    }

    [Fact]
    public void What_runs_at_once_is_kept_by_the_same_and_leaves_nothing_behind()
    {
        var run = new RunRelease(Plan(To("bot", 7)));
        State(new() { Approvals = 1 }).When(run).Refused(OutcomeKind.Conflict, "approval_required");
        // The place is the one in what was asked for.
        var plan = Plan(To("mail", 1), new PlannedItem("bot", 7, 4, ExpectsAny: false));
        Assert.Equal("stale_expect /items/1", State().When(new RunRelease(plan)).Told());
        Assert.Equal("stale_expect /items/1", State().When(new BypassRelease(plan, "Fire.")).Told());
        var done = State().Then(run);
        Assert.Equal(("7", "completed", 0), (done.Has("bot"), done.Release().Status, done.Label!.Releases.Length));
    }

    private static string Start(LabelState state, LabelContext? context = null) => state.When(new StartRelease(Id), context).Told();
}
