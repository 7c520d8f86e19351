using AgentManagement.Domain.Releases;
using AgentManagement.Releases;
using static AgentManagement.Tests.Support.GivenLabel;

namespace AgentManagement.Tests.Labels;

/// <summary>Who approves of a release, of which plan, and what that counts.</summary>
public sealed class ReleaseApprovalTests
{
    private static readonly LabelPolicy Two = new() { Approvals = 2 };

    [Fact]
    public void A_release_is_ready_once_as_many_others_approved_of_its_plan_as_the_label_asks_each_once()
    {
        var state = Made(Plan(To("bot", 7)), Two);
        var first = state.When(Approve(state, "Tried.") with { Options = new() { Note = "Another." } }, By("ben"));
        Assert.Equal(("open", "approval_required"), (first.Written().Release().Status, first.Told()));
        Assert.Equal(("release_approved", "Tried."), (first.Written().Change!.Kind, first.Written().Change!.Note));
        var again = first.Written().When(Approve(state), By("ben"));
        Assert.Equal((null, null, "approval_required"), (again.Value!.Next, again.Value.Answer.Kind, again.Told()));
        Assert.Equal((Id, "production"), (again.Value.Answer.Release!.Id, again.Value.Answer.Label!.Name));
        var second = first.Written().When(Approve(state), By("cleo"));
        Assert.Equal(("ready", ""), (second.Written().Release().Status, second.Told()));
        Assert.Equal(
            [new("ben", Given.Now, true, state.Release().PlanHash, "Tried."), new("cleo", Given.Now, true, state.Release().PlanHash, null)],
            second.Written().Release().Approvals);
        Assert.Equal("7", second.Written().Then(new StartRelease(Id)).Has("bot"));
    }

    [Fact]
    public void Whoever_made_a_release_does_not_approve_of_it_nor_who_wrote_it_where_the_label_says_so()
    {
        var context = Context.Knowing("bot", facts => facts with { Authors = ["dan", "eva"] });
        var state = State(Two with { ExcludeAuthors = true }).Then(new CreateRelease(Plan(To("bot", 7))), context);
        state.When(Approve(state)).Refused(OutcomeKind.Forbidden, "own_release");
        state.When(Approve(state), By("eva")).Refused(OutcomeKind.Forbidden, "own_content");
        Assert.True(State(Two).Then(new CreateRelease(Plan(To("bot", 7))), context).When(Approve(state), By("eva")).IsOk);
    }

    [Fact]
    public void Only_approvals_of_this_plan_by_different_others_count_by_the_policy_that_there_is_then()
    {
        var state = Made(Plan(To("bot", 7)), Two);
        var hash = state.Release().PlanHash;
        Approval[] approvals =
        [
            new("ana", Given.Now, true, hash, null), new("ben", Given.Now, true, hash, null), new("ben", Given.Now, true, hash, null),
            new("cleo", Given.Now, true, "another", null), new("dan", Given.Now, false, hash, null),
        ];
        Assert.Equal("approval_required", Start(approvals));
        Approval[] enough = [.. approvals, new("eva", Given.Now, true, hash, null)];
        Assert.Equal("", Start(enough));
        Assert.Equal("approval_required", Start(enough, Two with { Approvals = 3 }));
        Assert.Equal("approval_required", Start(enough, Two with { ExcludeAuthors = true }));

        string Start(Approval[] given, LabelPolicy? policy = null)
        {
            var release = state.Release() with { Approvals = [.. given], Authors = ["eva"] };
            var label = state.Label! with { Releases = [release], Policy = policy ?? Two };
            return (state with { Label = label }).When(new StartRelease(Id)).Told();
        }
    }

    [Fact]
    public void Another_plan_is_nobodys_yet_and_the_first_one_is_approved_of_no_more()
    {
        var state = Made(Plan(To("bot", 7)), new() { Approvals = 1 });
        var approved = state.Then(Approve(state), By("ben"));
        var changed = approved.When(new ChangeRelease(Id, [To("bot", 6)], false, null, false, null, null, null));
        Assert.Equal(("open", "approval_required"), (changed.Written().Release().Status, changed.Told()));
        foreach (var command in (LabelCommand[])[Approve(state), new RejectRelease(Id, state.Release().PlanHash, null)])
        {
            var outcome = changed.Written().When(command, By("ben"));
            outcome.Refused(OutcomeKind.PreconditionFailed, "plan_changed");
            Assert.Equal(changed.Written().Release().Version, outcome.CurrentVersion);
        }
        // A note is not what was approved of.
        Assert.Equal("ready", approved.Then(new ChangeRelease(Id, null, false, null, false, null, null, "Shorter.")).Release().Status);
    }

    [Fact]
    public void A_rejection_ends_the_release()
    {
        var state = Made(Plan(To("bot", 7)), Two);
        var rejected = state.Then(new RejectRelease(Id, state.Release().PlanHash, "No."), By("ben"));
        Assert.Equal(("rejected", "release_rejected", "No."),
            (rejected.Release().Status, rejected.Change!.Kind, rejected.Change.Note));
        Assert.Equal([new("ben", Given.Now, false, state.Release().PlanHash, "No.")], rejected.Release().Approvals);
        Assert.Empty(rejected.Label!.Releases);
        rejected.When(Approve(state), By("cleo") with { Finished = rejected.Release() }).Refused(OutcomeKind.Conflict, "wrong_status");
    }

    [Theory, InlineData(0, "out_of_range /comment"), InlineData(1, ""), InlineData(500, ""), InlineData(501, "out_of_range /comment")]
    public void A_comment_has_up_to_500_characters(int length, string told)
    {
        var state = Made(Plan(To("bot", 7)), new() { Approvals = 1 });
        Assert.Equal(told, state.When(Approve(state, new('a', length)), By("ben")).Told());
        Assert.Equal(told, state.When(new RejectRelease(Id, state.Release().PlanHash, new('a', length)), By("ben")).Told());
    }

    private static ApproveRelease Approve(LabelState state, string? comment = null) => new(Id, state.Release().PlanHash, comment);
}
