using AgentManagement.Domain.Releases;
using AgentManagement.Releases;
using static AgentManagement.Tests.Support.GivenLabel;

namespace AgentManagement.Tests.Labels;

/// <summary>What a plan may say, and what an approval of it covers.</summary>
public sealed class ReleasePlanTests
{
    private static readonly ReleasePlan Fine = Plan(To("bot", 7));
    private static readonly DateTimeOffset In90Days = Given.Now.AddDays(90);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static TheoryData<string, ReleasePlan> Plans => new()
    {
        { "", Many(100) with { StartAt = In90Days, Note = new('a', 500) } },
        { "", Plan(To("gone", null), To("bot", null)) with { ExpiresAt = In90Days } },
        { "", Gradual([Step(1, 0, "approval"), Step(2, 0, "verdict"), Step(3, 0, "adoption"), .. Enumerable.Range(4, 17).Select(Of)]) },
        { "", Fine with { Rollout = new([Step(1, minutes: 30 * 24 * 60), Step(100_000)], false, 1), ExpiresAt = Given.Now + Millisecond } },
        { "", Fine with { StartAt = Given.Now.AddDays(1), ExpiresAt = Given.Now.AddDays(1) + Millisecond } },
        { "out_of_range /items", Plan() },
        { "out_of_range /items, out_of_range /rollout/steps", new() { Items = default, Rollout = new(default, false) } },
        { "out_of_range /items", Many(101) },
        { "wrong_format /items/1/agent, duplicate /items/2/agent", Plan(To("bot", 7), To("Desk", 1), To("bot", null)) },
        { "unknown_agent /items/0/agent, unknown_version /items/1/version", Plan(To("gone", 1), To("lost", 1)) },
        { "not_allowed /items/0/version", Plan(To("bot", null)) with { Rollout = new([Step(9)], false) } },
        { "out_of_range /rollout/steps", Gradual() },
        { "out_of_range /rollout/steps", Gradual([.. Enumerable.Range(1, 21).Select(Of)]) },
        { "out_of_range /rollout/steps/0/weight, out_of_range /rollout/steps/1/weight", Gradual(Step(0), Step(100_001)) },
        { "out_of_order /rollout/steps/1/weight, out_of_order /rollout/steps/3/weight", Gradual(Step(9), Step(9), Step(11), Step(10)) },
        {
            "out_of_range /rollout/steps/0/minDuration, out_of_range /rollout/steps/1/minDuration, unknown_value /rollout/steps/1/gate",
            Gradual(Step(9, minutes: -1), Step(10, (30 * 24 * 60) + 1, "luck"))
        },
        { "out_of_range /rollout/minAdoption", Fine with { Rollout = new([Step(9)], false, 0) } },
        { "out_of_range /rollout/minAdoption", Fine with { Rollout = new([Step(9)], false, 1.001) } },
        { "out_of_range /rollout/minAdoption", Fine with { Rollout = new([Step(9)], false, double.NaN) } },
        {
            "out_of_range /startAt, out_of_range /expiresAt, out_of_range /note",
            Fine with { StartAt = In90Days + Millisecond, ExpiresAt = In90Days + Millisecond, Note = new('a', 501) }
        },
        { "out_of_range /expiresAt", Fine with { ExpiresAt = Given.Now } },
        { "out_of_range /expiresAt", Fine with { StartAt = Given.Now.AddDays(1), ExpiresAt = Given.Now.AddDays(1) } },
    };

    [Theory, MemberData(nameof(Plans))]
    public void What_is_wrong_with_a_plan_is_told_at_its_place_however_it_is_to_be_run(string told, ReleasePlan plan)
    {
        var context = Context.Knowing("lost", facts => facts with { IsThere = true });
        foreach (var id in Many(101).Items.Select(item => item.AgentId)) context = context.Knowing(id, _ => Context.Facts["bot"]);
        foreach (var command in (LabelCommand[])[new CreateRelease(plan), new RunRelease(plan), new BypassRelease(plan, "Fire.")])
        {
            var outcome = State().When(command, context);
            Assert.Equal(told, outcome.Code == "invalid_content" ? outcome.Told() : "");
        }
        var change = new ChangeRelease(Id, plan.Items, true, plan.Rollout, true, plan.StartAt, plan.ExpiresAt, plan.Note);
        var changed = Made(Plan(To("mail", 1))).When(change, context);
        Assert.Equal(told, changed.Code == "invalid_content" ? changed.Told() : "");
    }

    [Fact]
    public void What_a_plan_does_not_say_is_what_holds_when_it_is_made()
    {
        var context = Context.Knowing("bot", facts => facts with { Authors = ["eva", "dan"] })
            .Knowing("desk", facts => facts with { Authors = ["eva", "ben"] });
        var plan = Plan(To("mail", 3), To("desk", null), To("bot", 7)) with { Note = "Shorter." };
        var release = State(new() { Approvals = 1 }).Then(new CreateRelease(plan), context).Release();
        Assert.Equal(
            [new("bot", 7, 5, "hash of bot"), new("desk", null, 5, "hash of desk"), new ReleaseItem("mail", 3, null, "hash of mail")],
            release.Items);
        Assert.Equal((Id, "production", "release", "open", "seed-1"),
            (release.Id, release.Label, release.Kind, release.Status, release.Seed));
        Assert.Equal(["ben", "dan", "eva"], release.Authors);
        Assert.Equal(("Shorter.", null, "ana", Given.Now, Given.Now),
            (release.Note, release.Reason, release.CreatedBy, release.CreatedAt, release.UpdatedAt));
        Assert.Equal((StateVersion + 1, null, null), (release.Version, release.LabelRevision, release.StepAt));
    }

    [Theory]
    [InlineData(null, null, 7), InlineData(-3, null, 7), InlineData(20, null, 27), InlineData(20, 21, 21), InlineData(null, 2, 2)]
    public void A_release_that_does_not_start_ends_a_week_after_it_could_or_when_it_is_to(int? start, int? expiry, int expected)
    {
        var plan = Fine with { StartAt = Day(start), ExpiresAt = Day(expiry) };
        Assert.Equal(Day(expected), Made(plan).Release().ExpiresAt);

        static DateTimeOffset? Day(int? day) => day is { } days ? Given.Now.AddDays(days) : null;
    }

    [Fact]
    public void An_approval_covers_all_that_a_plan_says_and_does_not_cover_its_note()
    {
        var plan = Plan(To("bot", 7), To("desk", 6)) with
        {
            StartAt = Given.Now.AddHours(1),
            Rollout = new([Step(9, 5, "verdict"), Step(10)], false),
        };
        string[] hashes =
        [
            HashOf(plan), HashOf(plan with { StartAt = null }), HashOf(plan with { StartAt = Given.Now }),
            HashOf(plan with { Items = [To("bot", 7), To("mail", 6)] }), HashOf(plan with { Items = [To("bot", 6), To("desk", 7)] }),
            HashOf(plan with { Items = [To("bot", 7), new("desk", 6, 4, ExpectsAny: false)] }),
            HashOf(plan with { Rollout = null }), HashOf(plan with { Rollout = plan.Rollout with { RollsBack = true } }),
            HashOf(plan with { Rollout = plan.Rollout with { MinAdoption = 0.5 } }),
            HashOf(plan with { Rollout = plan.Rollout with { Steps = [Step(8, 5, "verdict"), Step(10)] } }),
            HashOf(plan with { Rollout = plan.Rollout with { Steps = [Step(9, 6, "verdict"), Step(10)] } }),
            HashOf(plan with { Rollout = plan.Rollout with { Steps = [Step(9, 5, "approval"), Step(10)] } }),
            HashOf(plan with { Rollout = plan.Rollout with { Steps = [Step(9, 5), Step(10, 0, "verdict")] } }),
            HashOf(plan, Context.Knowing("bot", facts => facts with { DocumentHash = "another" })),
            HashOf(plan, Context with { Name = "staging" }),
            State().When(new BypassRelease(plan with { StartAt = Given.Now }, "Fire.")).Written().Release().PlanHash,
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(hashes[0], HashOf(plan with { Items = [To("desk", 6), To("bot", 7)], Note = "Shorter." }));
        Assert.Equal(hashes[0], HashOf(plan with { StartAt = plan.StartAt.Value.ToOffset(TimeSpan.FromHours(5)) }));
        // Those that were given before the service was a newer one count after.
        Assert.Equal("02d3ba084ec4eb56a89027cb45f086b4c1b2e6d99d2a8ed3984ffe7d6b236e88", hashes[0]);

        static string HashOf(ReleasePlan plan, LabelContext? context = null) =>
            State().Then(new CreateRelease(plan), context).Release().PlanHash;
    }

    [Fact]
    public void Another_plan_takes_only_the_place_of_what_it_says()
    {
        var plan = Gradual(Step(9)) with { StartAt = Given.Now.AddHours(1), ExpiresAt = Given.Now.AddHours(2), Note = "Shorter." };
        var state = Made(plan);
        var context = Context.Knowing("desk", facts => facts with { Authors = ["dan"] });
        var (before, items) = (state.Release(), state.Then(Change(items: [To("desk", 6)]), context).Release());
        Assert.Equal(["desk"], items.Items.Select(item => item.AgentId));
        Assert.Equal((before.Rollout, before.StartAt, before.ExpiresAt, before.Note),
            (items.Rollout, items.StartAt, items.ExpiresAt, items.Note));
        Assert.Equal(["dan"], items.Authors);
        var rest = state.Then(new ChangeRelease(Id, null, true, null, true, null, Given.Now.AddHours(3), "Longer.")).Release();
        Assert.Equal(before.Items, rest.Items);
        Assert.Equal((null, null, Given.Now.AddHours(3), "Longer."), (rest.Rollout, rest.StartAt, rest.ExpiresAt, rest.Note));
        // What it expects stays, whatever the label has meanwhile.
        var other = state.Label!.Assignments.SetItem("bot", state.Label.Assignments["bot"] with { Stable = 6 });
        var moved = state with { Label = state.Label with { Assignments = other } };
        Assert.Equal(before.Items, moved.Then(Change(note: "Short.")).Release().Items);
    }

    [Theory, InlineData(6, 7), InlineData(7, 14), InlineData(20, 27)]
    public void A_release_that_is_put_off_does_not_end_before_it_starts(int start, int expiry)
    {
        var change = new ChangeRelease(Id, null, false, null, true, Given.Now.AddDays(start), null, null);
        Assert.Equal(Given.Now.AddDays(expiry), Made(Fine).Then(change).Release().ExpiresAt);
    }

    [Fact]
    public void A_plan_that_is_the_same_is_no_change_and_a_note_or_another_expiry_is()
    {
        var state = Made(Fine with { Note = "Shorter." });
        Assert.Null(state.When(Change(items: [To("bot", 7)], note: "Shorter.")).Value!.Next);
        Assert.Equal("Longer.", state.Then(Change(note: "Longer.")).Change!.Note);
        Assert.Equal("release_changed", state.Then(Change(expiresAt: Given.Now.AddDays(1))).Change!.Kind);
    }

    [Fact]
    public void One_release_of_an_agent_is_under_way_at_most()
    {
        var (state, second) = (Made(Plan(To("bot", 7))), Context with { NewId = "rel_2" });
        var plan = Plan(To("desk", 6), To("bot", 6));
        foreach (var command in (LabelCommand[])[new CreateRelease(plan), new RunRelease(plan), new BypassRelease(plan, "Fire.")])
        {
            var outcome = state.When(command, second);
            outcome.Refused(OutcomeKind.Conflict, "release_in_progress");
            Assert.Equal("release_in_progress /items/1", outcome.Told());
        }
        var both = state.Then(new CreateRelease(Plan(To("desk", 6), To("mail", 1))), second);
        Assert.Equal("release_in_progress /items/0", both.When(Change(items: [To("desk", 7), To("bot", 7)])).Told());
        // Its own agents are no others'.
        Assert.Equal("6", both.Then(Change(items: [To("bot", 6)])).Then(new StartRelease(Id)).Has("bot"));
    }

    [Fact]
    public void A_label_has_fifty_releases_under_way_at_most_and_what_has_ended_goes_back_all_the_same()
    {
        var done = State().Then(new RunRelease(Plan(To("bot", 7))), Context with { NewId = "rel_done" });
        var (state, context) = (done, Context);
        for (var number = 0; number < 51; number++)
        {
            context = (context with { NewId = $"rel_{number}" }).Knowing($"bot-{number}", _ => Context.Facts["bot"]);
            var outcome = state.When(new CreateRelease(Plan(To($"bot-{number}", 1))), context);
            if (number == 50) outcome.Refused(OutcomeKind.QuotaExceeded, "too_many_releases");
            else state = outcome.Written();
        }
        Assert.Equal(50, state.Label!.Releases.Length);
        var rollback = new RollbackRelease("rel_done", "Worse.");
        context = context with { NewId = "rel_back", Finished = done.Release("rel_done") };
        Assert.Equal("5", state.Then(rollback, context).Has("bot"));
        var waits = state.Label with { Policy = new() { Approvals = 1, RollbackNeedsApproval = true } };
        (state with { Label = waits }).When(rollback, context).Refused(OutcomeKind.QuotaExceeded, "too_many_releases");
        Assert.True(state.When(new ChangeRelease("rel_7", null, false, null, false, null, null, "A note."), context).IsOk);
    }

    private static RolloutStep Of(int weight) => Step(weight);

    private static ReleasePlan Many(int count) => Plan([.. Enumerable.Range(0, count).Select(number => To($"bot-{number}", 1))]);

    private static ChangeRelease Change(
        ImmutableArray<PlannedItem>? items = null, DateTimeOffset? expiresAt = null, string? note = null) =>
        new(Id, items, false, null, false, null, expiresAt, note);
}
