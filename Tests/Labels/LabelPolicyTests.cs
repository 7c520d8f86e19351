using AgentManagement.Domain.Releases;
using AgentManagement.Releases;
using static AgentManagement.Tests.Support.GivenLabel;

namespace AgentManagement.Tests.Labels;

/// <summary>Labels are made, asked for more or less, and deleted.</summary>
public sealed class LabelPolicyTests
{
    private static readonly Freeze Holidays = new(Given.Now, Given.Now.AddDays(1), "Holidays.");

    public static TheoryData<string, string, LabelPolicy> Policies => new()
    {
        { "", "production", new() { From = "staging", Approvals = 10, Description = new('a', 500), Checks = [.. Many("a", 20)] } },
        { "", "production", new() { Freezes = [.. Many(Holidays with { Reason = new('a', 500) }, 50)], Checks = [new('a', 100)] } },
        { "", "production", new() { Freezes = [Holidays with { Reason = "a" }] } },
        { "wrong_format, wrong_format /from", "latest", new() { From = "latest" } },
        { "wrong_format, out_of_range /approvals", "v7", new() { Approvals = -1 } },
        { "wrong_format /from, out_of_range /approvals", "production", new() { From = "production", Approvals = 11 } },
        {
            "out_of_range /description, out_of_range /checks/1, out_of_range /checks/2", "production",
            new() { Description = new('a', 501), Checks = [new('a', 100), "", new('a', 101)] }
        },
        {
            "out_of_range /freezes/0/reason, out_of_range /freezes/1/to, out_of_range /freezes/1/reason", "production",
            new() { Freezes = [Holidays with { Reason = "" }, new(Given.Now, Given.Now, new('a', 501))] }
        },
        { "out_of_range /freezes", "production", new() { Freezes = [.. Many(Holidays, 51)] } },
        { "out_of_range /checks", "production", new() { Checks = [.. Many("a", 21)] } },
    };

    [Theory, MemberData(nameof(Policies))]
    public void What_is_wrong_with_a_policy_is_told_at_its_place(string told, string name, LabelPolicy policy) =>
        Assert.Equal(told, new LabelState().When(new SetLabel(policy), Context with { Name = name }).Told());

    [Fact]
    public void A_label_is_made_and_asked_for_something_else()
    {
        var policy = new LabelPolicy { Approvals = 1, Freezes = [Holidays], Checks = ["tests"] };
        var options = new WriteOptions { Note = "New.", Idempotency = new("key", "print") };
        var made = new LabelState { Version = 4 }.Then(new SetLabel(policy) { Options = options });
        Assert.Equal((5, "label_created", "set", "New."), (made.Version, made.Change!.Kind, made.Change.Status, made.Change.Note));
        Assert.Equal(("acme", "label/production", "production", "label", 5),
            (made.Change.TenantId, made.Change.AgentId, made.Change.AgentName, made.Change.Resource, made.Change.Version));
        Assert.Equal(("ana", "admin", "correlation-1", Given.Now),
            (made.Change.Actor, made.Change.Role, made.Change.CorrelationId, made.Change.At));
        Assert.Equal(("key", "print", 32), (made.Change.IdempotencyKey, made.Change.Fingerprint, made.Change.EventId.Length));
        Assert.Equal(("production", 5, 0, policy, Given.Now, "ana", Given.Now, "ana"), Summary(made.Label!));
        Assert.Equal((policy, false, 0), (made.Written!.Policy, made.Written.IsGone, made.Written.Releases.Length));
        var (same, later) = (policy with { Freezes = [Holidays], Checks = ["tests"] }, By("ben").After(TimeSpan.FromHours(1)));
        Assert.Null(made.When(new SetLabel(same), later).Value!.Next);
        foreach (var next in new[]
        {
            policy with { Approvals = 2 }, policy with { Freezes = [] }, policy with { Checks = ["Tests"] },
        })
        {
            var set = made.Then(new SetLabel(next), later);
            Assert.Equal(("label_updated", 6), (set.Change!.Kind, set.Version));
            Assert.Equal(("production", 6, 0, next, Given.Now, "ana", Given.Now.AddHours(1), "ben"), Summary(set.Label!));
        }

        static (string, int, int, LabelPolicy, DateTimeOffset, string, DateTimeOffset, string) Summary(LabelDocument label) => (
            label.Name, label.PolicyVersion, label.Revision, label.Policy,
            label.CreatedAt, label.CreatedBy, label.UpdatedAt, label.UpdatedBy);
    }

    [Fact]
    public void A_client_may_have_to_name_the_version_of_the_policy_that_it_sets()
    {
        var options = new WriteOptions { RequiresMatch = true };
        State().When(new SetLabel(new()) { Options = options }).Refused(OutcomeKind.PreconditionRequired, "if_match_required");
        Assert.True(new LabelState().When(new SetLabel(new()) { Options = options }).IsOk);
        Assert.True(State().When(new SetLabel(new()) { Options = options with { IfMatch = [3] } }).IsOk);
        State().When(new SetLabel(new()) { Options = options with { IfMatch = [StateVersion] } })
            .Refused(OutcomeKind.PreconditionFailed, "version_mismatch");
        State().When(new DeleteLabel { Options = new() { IfMatch = [StateVersion] } })
            .Refused(OutcomeKind.PreconditionFailed, "version_mismatch");
    }

    [Fact]
    public void A_tenant_has_fifty_labels_at_most_and_may_change_all_of_them()
    {
        new LabelState().When(new SetLabel(new()), Context with { Labels = 50 })
            .Refused(OutcomeKind.QuotaExceeded, "too_many_labels");
        Assert.True(new LabelState().When(new SetLabel(new()), Context with { Labels = 49 }).IsOk);
        Assert.True(State().When(new SetLabel(new() { Approvals = 1 }), Context with { Labels = 50 }).IsOk);
    }

    [Fact]
    public void A_label_that_has_versions_goes_by_force_only_and_one_with_releases_under_way_does_not()
    {
        var outcome = State().When(new DeleteLabel());
        outcome.Refused(OutcomeKind.Conflict, "in_use");
        Assert.Contains("versions of 2 agents", outcome.Detail, StringComparison.Ordinal);
        var gone = State().Then(new DeleteLabel { Force = true });
        Assert.Equal((null, "label_deleted", "deleted", true), (gone.Label, gone.Change!.Kind, gone.Change.Status, gone.Written!.IsGone));
        Assert.Equal([new("bot", null, null, 0), new("desk", null, null, 0)], gone.Change.Step!.Items);
        gone.When(new DeleteLabel()).Refused(OutcomeKind.NotFound, "not_found");
        gone.When(new CreateRelease(Plan(To("bot", 7)))).Refused(OutcomeKind.NotFound, "not_found");
        Made(Plan(To("bot", 7))).When(new DeleteLabel { Force = true }).Refused(OutcomeKind.Conflict, "in_use");
        Assert.Null(State(new()).Then(new RunRelease(Plan(To("bot", null), To("desk", null)))).Then(new DeleteLabel()).Label);
    }

    [Fact]
    public void What_has_not_started_waits_for_as_many_approvals_as_the_label_asks_then()
    {
        var policy = new LabelPolicy { Approvals = 1 };
        var state = Made(Plan(To("bot", 7)) with { StartAt = Given.Now.AddHours(1) }, policy);
        var another = new BypassRelease(Gradual(Step(1_000, 60)) with { Items = [To("desk", 7)] }, "Now.");
        var running = state.Then(another, Context with { NewId = "rel_2" });
        Assert.Equal(("open", "running"), (running.Release().Status, running.Release("rel_2").Status));
        var free = running.Then(new SetLabel(new()));
        Assert.Equal((Id, "ready"), (Assert.Single(free.Written!.Releases).Id, free.Release().Status));
        Assert.Equal(("running", "label_updated", "set"), (free.Release("rel_2").Status, free.Change!.Kind, free.Change.Status));
        var later = Context.After(TimeSpan.FromHours(1));
        Assert.Equal("7", free.Continued(later)!.Written().Has("bot"));
        // What kept it from its start is looked at when it is ready again.
        var blocked = free.Continued(later.Knowing("bot", facts => facts with { IsKept = false }))!.Written();
        Assert.Equal(("ready", 1), (blocked.Release().Status, blocked.Release().Blocked.Length));
        var bound = blocked.Then(new SetLabel(policy));
        Assert.Equal(("open", 0), (bound.Release().Status, bound.Release().Blocked.Length));
        Assert.Null(bound.Continued(later));
        Assert.Empty(bound.Then(new SetLabel(policy with { Description = "The same." })).Written!.Releases);
    }

    private static IEnumerable<T> Many<T>(T item, int count) => Enumerable.Repeat(item, count);
}
