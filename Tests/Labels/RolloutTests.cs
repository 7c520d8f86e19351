using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Releases;
using AgentManagement.Releases;
using static AgentManagement.Tests.Support.GivenLabel;

namespace AgentManagement.Tests.Labels;

/// <summary>How a release that has started comes to everybody, and what of it is written.</summary>
public sealed class RolloutTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Each_step_keeps_what_was_there_beside_what_comes_and_the_last_one_is_everybodys()
    {
        var plan = Plan(To("mail", 3), To("bot", 7)) with { Rollout = new([Step(1_000), Step(50_000)], false), Note = "Shorter." };
        var first = Running(plan);
        Assert.Equal(("5>7@1000", ">3@1000", "5"), (first.Has("bot"), first.Has("mail"), first.Has("desk")));
        Assert.Equal(
            new()
            {
                Stable = 5, Candidate = 7, Weight = 1_000, Seed = "seed-1", Release = Id, Previous = 4, Revision = first.Version,
            },
            first.Label!.Assignments["bot"]);
        AssertChange(first, "release_started", "running", 0, "Shorter.", [new("bot", 5, 7, 1_000), new("mail", null, 3, 1_000)]);
        Assert.Equal([new("bot", 5), new("bot", 7), new AgentVersionKey("mail", 3)], first.Change!.VersionsFound);
        var second = first.Then(new AdvanceRelease(Id), Context.After(Hour));
        Assert.Equal(("5>7@50000", Given.Now + Hour), (second.Has("bot"), second.Release().StepAt));
        AssertChange(second, "release_advanced", "running", 1, null, [new("bot", 5, 7, 50_000), new("mail", null, 3, 50_000)]);
        var last = second.Then(new AdvanceRelease(Id));
        AssertChange(last, "release_completed", "completed", null, "Shorter.", [new("bot", 7, null, 0), new("mail", 3, null, 0)]);
        Assert.Equal(new() { Stable = 7, Previous = 5, Release = Id, Revision = last.Version }, last.Label!.Assignments["bot"]);
        Assert.Empty(last.Label.Releases);
    }

    [Fact]
    public void A_last_step_of_everybody_that_waits_for_nothing_is_the_end()
    {
        var started = Running(Gradual(Step(100_000)));
        Assert.Equal(("7", "completed", "release_started"), (started.Has("bot"), started.Release().Status, started.Change!.Kind));
        var advanced = Running(Gradual(Step(1), Step(100_000))).Then(new AdvanceRelease(Id));
        Assert.Equal(("7", "completed", "release_completed"), (advanced.Has("bot"), advanced.Release().Status, advanced.Change!.Kind));
        // One that waits for something is a step as any other.
        Assert.Equal("5>7@100000", Running(Gradual(Step(100_000, minutes: 1))).Has("bot"));
        Assert.Equal("5>7@100000", Running(Gradual(Step(100_000, gate: "verdict"))).Has("bot"));
    }

    [Fact]
    public void A_release_without_steps_is_done_at_once_and_may_take_an_agent_off()
    {
        var done = Made(Plan(To("bot", null), To("mail", 3)) with { Note = "Gone." }).Then(new StartRelease(Id), Context.After(Hour));
        AssertChange(done, "release_completed", "completed", null, "Gone.", [new("bot", null, null, 0), new("mail", 3, null, 0)]);
        Assert.Equal(("nothing", "3", "5"), (done.Has("bot"), done.Has("mail"), done.Has("desk")));
        Assert.Equal((Given.Now + Hour, Given.Now + Hour), (done.Release().StepAt, done.Release().UpdatedAt));
        Assert.Equal([new AgentVersionKey("mail", 3)], done.Change!.VersionsFound);
    }

    [Theory, InlineData(9_999, true), InlineData(10_000, false)]
    public void A_label_has_ten_thousand_agents_at_most(int before, bool isDone)
    {
        var state = Made(Plan(To("bot", 7), To("desk", 7), To("mail", 3), To("a", null), To("b", null), To("c", null)));
        var many = Enumerable.Range(0, before - 2).Select(number => KeyValuePair.Create($"bot-{number}", state.Label!.Assignments["bot"]));
        var outcome = (state with { Label = state.Label! with { Assignments = state.Label.Assignments.AddRange(many) } })
            .When(new StartRelease(Id));
        if (isDone) Assert.Equal(10_000, outcome.Written().Label!.Assignments.Count);
        else outcome.Refused(OutcomeKind.QuotaExceeded, "too_many_agents");
    }

    [Fact]
    public void A_step_is_watched_for_its_time_and_what_was_watched_before_it_does_not_count()
    {
        var state = Running(Gradual(Step(9, minutes: 60)));
        var young = state.When(new AdvanceRelease(Id), Watched(state, Hour - Millisecond));
        young.Refused(OutcomeKind.Conflict, "step_too_young");
        Assert.Equal("The step is watched for 01:00:00; 00:59:59.9990000 of it are over.", young.Detail);
        Assert.Equal("step_too_young", state.When(new AdvanceRelease(Id)).Told());
        Assert.Equal("7", state.Then(new AdvanceRelease(Id), Watched(state, Hour)).Has("bot"));
        // Resumed, it is watched anew.
        var resumed = state.Then(new PauseRelease(Id)).Then(new ResumeRelease(Id), Context.After(Hour));
        Assert.Equal("step_too_young", resumed.When(new AdvanceRelease(Id), Watched(state, Hour)).Told());
        Assert.Equal("7", resumed.Then(new AdvanceRelease(Id), Watched(resumed, Hour)).Has("bot"));
    }

    [Fact]
    public void A_step_that_waits_for_a_verdict_waits_for_a_good_one_since_it_was_applied()
    {
        var early = Made(Gradual(Step(9, gate: "verdict"))).Then(Report(isOk: true), Context.After(-Millisecond));
        var state = early.Then(new StartRelease(Id));
        Assert.Equal("verdict_missing", state.When(new AdvanceRelease(Id)).Told());
        Assert.Null(state.Then(Report(isOk: true)).When(new AdvanceRelease(Id)).Value!.Answer.Release!.Step);
        // A bad one from before halts it all the same.
        state = Made(Gradual(Step(9))).Then(Report(isOk: false)).Then(new StartRelease(Id));
        var bad = state.When(new AdvanceRelease(Id));
        Assert.Equal(("verdict_failed", "The verdict 'errors' is that all is not well."), (bad.Told(), bad.Detail));
    }

    [Theory]
    [InlineData(null, 100, 94, "Less than 0.95 of the label's runtimes report that they have the step."), InlineData(null, 100, 95, "")]
    [InlineData(0.5, 10, 4, "Less than 0.5 of the label's runtimes report that they have the step."), InlineData(0.5, 10, 5, "")]
    [InlineData(0.5, 0, 0, "Less than 0.5 of the label's runtimes report that they have the step.")]
    public void A_step_that_waits_for_runtimes_waits_for_the_share_that_the_plan_says(double? share, int live, int adopted, string detail)
    {
        var plan = Gradual();
        var state = Running(plan with { Rollout = new([Step(9, gate: "adoption")], false, share) });
        var outcome = state.When(new AdvanceRelease(Id), Context with { Adoption = new("production", 1, live, adopted, []) });
        Assert.Equal((detail.Length == 0 ? "" : "not_adopted", detail), (outcome.Told(), outcome.Detail));
        Assert.Equal("not_adopted", state.When(new AdvanceRelease(Id)).Told());
    }

    [Fact]
    public void No_rollout_goes_on_in_a_freeze_but_a_bypass()
    {
        var policy = new LabelPolicy { Freezes = [new(Given.Now + Hour, Given.Now + (2 * Hour), "Holidays.")] };
        var later = Context.After(Hour);
        Assert.Equal("frozen", Running(Gradual(Step(9)), policy).When(new AdvanceRelease(Id), later).Told());
        var bypass = State(policy).Then(new BypassRelease(Gradual(Step(9)) with { Note = "Shorter." }, "Fire."));
        AssertChange(bypass, "release_bypassed", "running", 0, "Fire.", [new("bot", 5, 7, 9)]);
        Assert.Equal("7", bypass.Then(new AdvanceRelease(Id), later).Has("bot"));
    }

    [Fact]
    public void To_pause_and_to_resume_moves_nobody_and_forgets_bad_verdicts()
    {
        var state = Running(Gradual(Step(9))).Then(Report(isOk: true, "latency")).Then(Report(isOk: false));
        Assert.Equal(("paused", "release_paused"), (state.Release().Status, state.Change!.Kind));
        Assert.Equal([new("verdict_failed", "The verdict 'errors' is that all is not well.")], state.Release().Blocked);
        Assert.Equal(state.Release().Blocked.Single().Detail, state.Change.Note);
        Assert.Null(state.Continued());
        var resumed = state.Then(new ResumeRelease(Id), Context.After(Hour));
        Assert.Equal(("running", "release_resumed", Given.Now + Hour),
            (resumed.Release().Status, resumed.Change!.Kind, resumed.Release().StepAt));
        Assert.Equal(["latency"], resumed.Release().Verdicts.Select(verdict => verdict.Name));
        Assert.Empty(resumed.Release().Blocked);
        var paused = resumed.Then(new PauseRelease(Id));
        Assert.Equal(("paused", "release_paused"), (paused.Release().Status, paused.Change!.Kind));
        Assert.Equal(state.Label!.Assignments, paused.Label!.Assignments);
    }

    [Fact]
    public void What_is_due_starts_by_itself_and_goes_on_step_by_step()
    {
        var state = Made(Gradual(Step(9, minutes: 60), Step(50, gate: "approval")) with { StartAt = Given.Now + Hour });
        Assert.Null(state.Continued(Context.After(Hour - Millisecond)));
        state = state.Continued(Context.After(Hour))!.Written();
        Assert.Equal(("5>7@9", "release_started"), (state.Has("bot"), state.Change!.Kind));
        // That it is young is no news.
        Assert.Null(state.Continued());
        state = state.Continued(Watched(state, Hour))!.Written();
        Assert.Equal(("5>7@50", "release_advanced"), (state.Has("bot"), state.Change!.Kind));
        Assert.Null(state.Continued(Watched(state, Hour)));
        Assert.Equal("7", state.Then(new AdvanceRelease(Id)).Has("bot"));
        // One that is to be started is not started by itself.
        Assert.Null(Made(Plan(To("bot", 7))).Continued());
        Assert.Null(LabelRules.Continue(new(), state.Release(), Context));
    }

    [Fact]
    public void What_keeps_a_release_that_is_due_is_written_once_until_it_is_something_else()
    {
        var policy = new LabelPolicy { Checks = ["tests"] };
        var state = Made(Plan(To("bot", 7)) with { StartAt = Given.Now }, policy).Continued()!.Written();
        Assert.Equal(("ready", "release_blocked"), (state.Release().Status, state.Change!.Kind));
        Assert.Equal([new("check_missing", "The check 'tests' has not been reported.", "bot")], state.Release().Blocked);
        Assert.Null(state.Continued());
        var gone = state.Continued(Context.Knowing("bot", _ => new()))!;
        Assert.Equal("agent_gone bot, check_missing bot", gone.Told());
        var passed = Context.Knowing("bot", facts => facts with { Checks = [new("tests", true, null, Given.Now, "ci")] });
        var done = state.Continued(passed)!.Written();
        Assert.Equal(("7", 0), (done.Has("bot"), done.Release().Blocked.Length));
        // So it is with a rollout.
        var waiting = Running(Gradual(Step(9, 60, "verdict"))).Continued()!;
        Assert.Equal("verdict_missing", waiting.Told());
        Assert.Null(waiting.Written().Continued());
        Assert.Empty(waiting.Written().Then(Report(isOk: true)).Continued()!.Written().Release().Blocked);
    }

    [Theory, InlineData(0, "ready"), InlineData(1, "open")]
    public void A_release_that_nobody_starts_expires(int approvals, string status)
    {
        var state = Made(Plan(To("bot", 7)), new() { Approvals = approvals });
        Assert.Equal(status, state.Release().Status);
        Assert.Null(state.Continued(Context.After(TimeSpan.FromDays(7) - Millisecond)));
        var expired = state.Continued(Context.After(TimeSpan.FromDays(7)))!.Written();
        Assert.Equal(("expired", "release_expired", "5"), (expired.Release().Status, expired.Change!.Kind, expired.Has("bot")));
        Assert.Null(Running(Gradual(Step(9, gate: "approval"))).Continued(Context.After(TimeSpan.FromDays(8))));
    }

    [Fact]
    public void Of_a_label_that_asks_for_approvals_only_those_who_may_approve_run_releases_but_whoever_made_one_may_cancel_it()
    {
        var (asking, editor) = (new LabelPolicy { Approvals = 1 }, By("ed", "editor"));
        LabelCommand[] commands =
        [
            new StartRelease(Id), new AdvanceRelease(Id), new PauseRelease(Id), new ResumeRelease(Id), new CancelRelease(Id),
            new RollbackRelease(Id, "Worse."),
        ];
        foreach (var command in commands)
        {
            var state = command is StartRelease or CancelRelease ? Made(Plan(To("bot", 7)) with { Note = "Shorter." })
                : command is ResumeRelease ? Running(Gradual(Step(9))).Then(new PauseRelease(Id)) : Running(Gradual(Step(9)));
            Assert.True(state.When(command, editor).IsOk);
            var guarded = state with { Label = state.Label! with { Policy = asking } };
            guarded.When(command, editor).Refused(OutcomeKind.Forbidden, "permission_denied");
            Assert.NotEqual("permission_denied", guarded.When(command).Code);
        }
        var cancelled = State(asking).Then(new CreateRelease(Plan(To("bot", 7))), editor).Then(new CancelRelease(Id), editor);
        Assert.Equal(("cancelled", "release_cancelled"), (cancelled.Release().Status, cancelled.Change!.Kind));
        Assert.Empty(cancelled.Label!.Releases);
    }

    [Fact]
    public void A_command_is_about_the_version_that_it_names_and_of_a_status_that_allows_it()
    {
        var state = Made(Plan(To("bot", 7)));
        var start = new StartRelease(Id) { Options = new() { IfMatch = [state.Version] } };
        state.When(start with { Options = new() { IfMatch = [StateVersion] } })
            .Refused(OutcomeKind.PreconditionFailed, "version_mismatch");
        state.When(new PauseRelease(Id)).Refused(OutcomeKind.Conflict, "wrong_status");
        var done = state.Then(start);
        done.When(new CancelRelease(Id)).Refused(OutcomeKind.NotFound, "not_found");
        LabelCommand[] commands =
        [
            new ChangeRelease(Id, null, false, null, false, null, null, "A note."), new ApproveRelease(Id, "", null),
            new RejectRelease(Id, "", null), new StartRelease(Id), new AdvanceRelease(Id), new PauseRelease(Id), new ResumeRelease(Id),
            new CancelRelease(Id), Report(isOk: true),
        ];
        foreach (var command in commands)
        {
            done.When(command, Context with { Finished = done.Release() }).Refused(OutcomeKind.Conflict, "wrong_status");
        }
        Assert.Equal(
            "The release is completed; it must be open or ready for that.",
            done.When(new StartRelease(Id), Context with { Finished = done.Release() }).Detail);
    }

    private static void AssertChange(
        LabelState state, string kind, string status, int? step, string? note, ImmutableArray<AssignedVersion> items)
    {
        var (change, release) = (state.Change!, state.Release());
        Assert.Equal((kind, status, note, state.Version), (change.Kind, change.Status, change.Note, change.Version));
        Assert.Equal(("production", state.Version, Id, status, step),
            (change.Step!.Label, change.Step.Revision, change.Step.ReleaseId, change.Step.Status, change.Step.Step));
        Assert.Equal(items, change.Step.Items);
        Assert.Equal((status, step, state.Version, state.Version),
            (release.Status, release.Step, release.LabelRevision, release.Version));
        Assert.Equal(items.Select(item => item.AgentId), state.Written!.Assignments.Keys);
        Assert.Equal(state.Version, state.Label!.Revision);
    }

    private static LabelContext Watched(LabelState state, TimeSpan time) => Context with
    {
        Watch = new() { Steps = Context.Watch.Steps.Add(Id, new(state.Release().StepAt!.Value, time)) },
    };

    private static ReportVerdict Report(bool isOk, string name = "errors") => new(Id, name, isOk, 0.2, null);
}
