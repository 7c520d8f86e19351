using AgentManagement.Changes;
using AgentManagement.Domain.Releases;
using AgentManagement.Releases;
using static AgentManagement.Tests.Support.GivenLabel;

namespace AgentManagement.Tests.Labels;

/// <summary>Releases are taken back as a whole or not at all, because somebody or a verdict says so.</summary>
public sealed class TakingBackTests
{
    private const string Inverse = "rel_2";

    private static readonly RollbackRelease Rollback = new(Id, "Worse.");

    [Fact]
    public void What_a_release_did_is_undone_in_one_change()
    {
        var done = Made(Plan(To("bot", 7), To("desk", null), To("mail", 3))).Then(new StartRelease(Id));
        var context = Back(done).Knowing("bot", facts => facts with { Authors = ["eva"] });
        var state = done.Then(Rollback, context);
        Assert.Equal(("5", "5", "nothing"), (state.Has("bot"), state.Has("desk"), state.Has("mail")));
        Assert.Equal(new() { Stable = 5, Previous = 7, Release = Inverse, Revision = state.Version }, state.Label!.Assignments["bot"]);
        Assert.Equal((ChangeKind.ReleaseRolledBack, "Worse.", Id, "rolled_back"),
            (state.Change!.Kind, state.Change.Note, state.Change.Step!.ReleaseId, state.Change.Step.Status));
        Assert.Equal(3, state.Change.Step.Items.Length);
        Assert.Equal(("rolled_back", "Worse."), (state.Release().Status, state.Release().Reason));
        var inverse = state.Release(Inverse);
        Assert.Equal(("production", "rollback", "completed", Id, "Worse.", "seed-2"),
            (inverse.Label, inverse.Kind, inverse.Status, inverse.RollbackOf, inverse.Reason, inverse.Seed));
        Assert.Equal(
            [new("bot", 5, 7, "hash of bot"), new("desk", 5, null, "hash of desk"), new ReleaseItem("mail", null, 3, "hash of mail")],
            inverse.Items);
        Assert.Equal((state.Version, state.Version, "ana"), (inverse.Version, inverse.LabelRevision, inverse.CreatedBy));
        Assert.Equal((Given.Now, Given.Now, Given.Now, Given.Now.AddDays(7)),
            (inverse.CreatedAt, inverse.UpdatedAt, inverse.StepAt, inverse.ExpiresAt));
        Assert.Equal(["eva"], inverse.Authors);
        Assert.Empty(state.Label.Releases);
        // The inverse of the inverse is what there was.
        var again = state.Then(new RollbackRelease(Inverse, "Better."), Back(state, Inverse) with { NewId = "rel_3" });
        Assert.Equal(("7", "nothing", "3"), (again.Has("bot"), again.Has("desk"), again.Has("mail")));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_rollout_goes_back_at_once_whatever_the_policy_asks(bool isPaused)
    {
        var plan = Plan(To("bot", 7), To("mail", 3)) with { Rollout = new([Step(9), Step(50)], false) };
        var state = Running(plan);
        if (isPaused) state = state.Then(new PauseRelease(Id));
        var policy = Strict with { RollbackNeedsApproval = true };
        var back = (state with { Label = state.Label! with { Policy = policy } }).Then(Rollback, Context with { NewId = Inverse });
        Assert.Equal(("5", "nothing", 4), (back.Has("bot"), back.Has("mail"), back.Label!.Assignments["bot"].Previous));
        Assert.Equal(("rolled_back", null, "completed"),
            (back.Release().Status, back.Release().Step, back.Release(Inverse).Status));
        Assert.Equal([new("bot", 5, 5, "hash of bot"), new ReleaseItem("mail", null, null, "hash of mail")], back.Release(Inverse).Items);
        Assert.Empty(back.Label.Releases);
    }

    [Fact]
    public void An_agent_that_has_moved_since_keeps_all_from_going_back()
    {
        var done = Made(Plan(To("bot", 7), To("desk", null))).Then(new StartRelease(Id));
        foreach (var (agentId, place) in new[] { ("bot", "/items/0"), ("desk", "/items/1") })
        {
            var moved = done.Then(new RunRelease(Plan(To(agentId, 7))), Context with { NewId = "rel_3" });
            var outcome = moved.When(Rollback, Back(done));
            outcome.Refused(OutcomeKind.Conflict, "moved_since");
            Assert.Equal($"moved_since {place}", outcome.Told());
            Assert.Equal("1 of its agents have another version by now; nothing was taken back.", outcome.Detail);
        }
        var gone = done.Then(new RunRelease(Plan(To("bot", null))), Context with { NewId = "rel_3" });
        Assert.Equal("moved_since /items/0", gone.When(Rollback, Back(done)).Told());
    }

    [Fact]
    public void A_version_that_is_not_kept_keeps_all_from_going_back_unless_there_was_none()
    {
        var done = Made(Plan(To("bot", 7), To("mail", 3))).Then(new StartRelease(Id));
        foreach (var context in new[] { Back(done).Knowing("bot", facts => facts with { IsKept = false }), Without("bot") })
        {
            var outcome = done.When(Rollback, context);
            outcome.Refused(OutcomeKind.Conflict, "version_gone");
            Assert.Equal("The version that 'bot' had is not kept; nothing was taken back.", outcome.Detail);
        }
        Assert.Equal("nothing", done.Then(Rollback, Without("mail")).Has("mail"));

        LabelContext Without(string agentId) => Back(done) with { Facts = Context.Facts.Remove(agentId) };
    }

    [Fact]
    public void Nothing_goes_back_under_another_release_of_the_agent()
    {
        var done = Made(Plan(To("bot", 7))).Then(new StartRelease(Id));
        var busy = done.Then(new CreateRelease(Plan(To("bot", 6))), Context with { NewId = "rel_3" });
        busy.When(Rollback, Back(done)).Refused(OutcomeKind.Conflict, "release_in_progress");
    }

    [Fact]
    public void Where_the_policy_says_so_a_rollback_waits_for_approvals_and_for_nothing_else()
    {
        var policy = Strict with { Approvals = 1, RollbackNeedsApproval = true };
        var done = Made(Plan(To("bot", 7))).Then(new StartRelease(Id));
        done = done with { Label = done.Label! with { Policy = policy } };
        var waiting = done.When(Rollback, Back(done));
        Assert.Equal("approval_required", waiting.Told());
        var state = waiting.Written();
        Assert.Equal(("7", "open", ChangeKind.ReleaseCreated, "Worse."),
            (state.Has("bot"), state.Release(Inverse).Status, state.Change!.Kind, state.Change.Note));
        state = state.Then(new ApproveRelease(Inverse, state.Release(Inverse).PlanHash, null), By("ben"));
        var back = state.Then(new StartRelease(Inverse), Back(done));
        Assert.Equal(("5", "completed"), (back.Has("bot"), back.Release(Inverse).Status));
        // What it took back says so, too, where it has not been taken back already.
        Assert.Equal(("rolled_back", "Worse."), (back.Release().Status, back.Release().Reason));
        var other = state.Then(new StartRelease(Inverse), Context with { Finished = done.Release() with { Status = "rolled_back" } });
        Assert.Equal([Inverse], other.Written!.Releases.Select(release => release.Id));
        // Without that it needs none.
        done = done with { Label = done.Label! with { Policy = policy with { RollbackNeedsApproval = false } } };
        Assert.Equal("5", done.Then(Rollback, Back(done)).Has("bot"));
    }

    [Fact]
    public void A_rollback_that_waits_brings_nothing_but_what_was_there()
    {
        var done = Made(Plan(To("bot", 7)), new() { Approvals = 1, RollbackNeedsApproval = true });
        done = done.Then(new ApproveRelease(Id, done.Release().PlanHash, null), By("ben")).Then(new StartRelease(Id));
        var waiting = done.Then(Rollback, Back(done));
        var change = new ChangeRelease(Inverse, null, false, null, false, null, null, "A note.");
        waiting.When(change with { Items = [To("bot", 6)] }).Refused(OutcomeKind.Conflict, "is_rollback");
        waiting.When(change with { ChangesRollout = true, Rollout = new([Step(9)], false) })
            .Refused(OutcomeKind.Conflict, "is_rollback");
        Assert.True(waiting.When(change with { ChangesStart = true, StartAt = Given.Now.AddHours(1) }).IsOk);
    }

    [Fact]
    public void Only_what_has_run_goes_back_and_with_a_reason()
    {
        var made = Made(Plan(To("bot", 7)));
        made.When(Rollback).Refused(OutcomeKind.Conflict, "wrong_status");
        var done = made.Then(new StartRelease(Id));
        done.When(Rollback).Refused(OutcomeKind.NotFound, "not_found");
        done.When(Rollback, Back(done) with { Finished = done.Release() with { Id = "rel_9" } })
            .Refused(OutcomeKind.NotFound, "not_found");
        Assert.Equal("out_of_range /reason", done.When(Rollback with { Reason = "" }, Back(done)).Told());
        Assert.Equal("out_of_range /reason", done.When(Rollback with { Reason = new('a', 501) }, Back(done)).Told());
        Assert.True(done.When(Rollback with { Reason = new('a', 500) }, Back(done)).IsOk);
        var outdated = Rollback with { Options = new() { IfMatch = [made.Version] } };
        done.When(outdated, Back(done)).Refused(OutcomeKind.PreconditionFailed, "version_mismatch");
    }

    [Theory, InlineData(true, "rolled_back", "5"), InlineData(false, "paused", "5>7@9")]
    public void A_bad_verdict_takes_a_rollout_back_or_pauses_it_as_its_plan_says(bool rollsBack, string status, string has)
    {
        var state = Running(Gradual() with { Rollout = new([Step(9)], rollsBack) });
        var fine = state.Then(new ReportVerdict(Id, "latency", true, 12, "https://example.com/1"), By("ci"));
        Assert.Equal([new("latency", true, 12, "https://example.com/1", Given.Now, "ci")], fine.Release().Verdicts);
        Assert.Equal(("running", ChangeKind.ReleaseReported, "latency"),
            (fine.Release().Status, fine.Change!.Kind, fine.Change.Note));
        // Who reports needs no permission to run it.
        var bad = fine.Then(new ReportVerdict(Id, "errors", false, 0.2, null), By("ci", "service") with { NewId = Inverse });
        Assert.Equal((status, has, "The verdict 'errors' is that all is not well."),
            (bad.Release().Status, bad.Has("bot"), bad.Change!.Note));
        Assert.Equal(["latency", "errors"], bad.Release().Verdicts.Select(verdict => verdict.Name));
    }

    [Fact]
    public void The_last_word_of_each_name_counts_and_before_and_between_it_moves_nothing()
    {
        var state = Made(Gradual(Step(9)) with { Rollout = new([Step(9)], RollsBack: true) })
            .Then(new ReportVerdict(Id, "errors", false, 1, null)).Then(new ReportVerdict(Id, "errors", true, 2, null));
        Assert.Equal(("ready", 2), (state.Release().Status, state.Release().Verdicts.Single().Value));
        state = state.Then(new StartRelease(Id)).Then(new PauseRelease(Id)).Then(new ReportVerdict(Id, "errors", false, 3, null));
        Assert.Equal(("paused", "5>7@9"), (state.Release().Status, state.Has("bot")));
    }

    [Fact]
    public void A_release_has_fifty_verdicts_at_most_each_with_a_name()
    {
        var state = Made(Plan(To("bot", 7)));
        foreach (var number in Enumerable.Range(0, 50)) state = state.Then(new ReportVerdict(Id, $"{number}", true, null, null));
        state.When(new ReportVerdict(Id, "one more", true, null, null)).Refused(OutcomeKind.QuotaExceeded, "too_many_verdicts");
        Assert.True(state.When(new ReportVerdict(Id, "7", false, null, null)).IsOk);
        foreach (var (length, told) in new[] { (0, "out_of_range /name"), (1, ""), (100, ""), (101, "out_of_range /name") })
        {
            Assert.Equal(told, Made(Plan(To("bot", 7))).When(new ReportVerdict(Id, new('a', length), true, null, null)).Told());
        }
    }

    /// <summary>A rollback of a release that has ended.</summary>
    private static LabelContext Back(LabelState state, string id = Id) =>
        Context with { NewId = Inverse, NewSeed = "seed-2", Finished = state.Release(id) };
}
