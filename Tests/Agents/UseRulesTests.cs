using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Templates;
using AgentManagement.Templates;

namespace AgentManagement.Tests.Agents;

/// <summary>What others refer to goes by one rule.</summary>
public sealed class UseRulesTests
{
    private static readonly RuleContext Used = Given.Context with { Referrers = [new("agent", "a"), new("agent", "b")] };
    private static readonly RuleContext UsedByAdmin = Used with { Caller = Given.Caller with { Role = "admin" } };

    public static TheoryData<string, AgentCommand, AgentCommand> Commands => new()
    {
        { "active", new ArchiveAgent(), new ArchiveAgent { Force = true } },
        { "archived", new PurgeAgent(), new PurgeAgent { Force = true } },
    };

    [Theory, MemberData(nameof(Commands))]
    public void What_is_in_use_stays_and_who_uses_it_is_named(string status, AgentCommand command, AgentCommand forced)
    {
        foreach (var context in (RuleContext[])[Used, UsedByAdmin])
        {
            var outcome = Given.State(status).When(command, context);
            outcome.Refused(OutcomeKind.Conflict, "in_use");
            Assert.Equal(Used.Referrers, outcome.Referrers);
        }
        Given.State(status).When(forced, Used).Refused(OutcomeKind.Forbidden, "permission_denied");
    }

    [Theory, MemberData(nameof(Commands))]
    public void An_administrator_can_have_it_go_all_the_same_and_is_warned(string status, AgentCommand command, AgentCommand forced)
    {
        var outcome = Given.State(status).When(forced, UsedByAdmin);
        Assert.NotNull(outcome.Written());
        Assert.Equal(Used.Referrers, outcome.Referrers);
        Assert.Equal((IssueSeverity.Warning, "in_use"), (outcome.Issues[^1].Severity, outcome.Issues[^1].Code));
        Assert.Empty(Given.State(status).When(command).Issues);
    }

    [Fact]
    public void More_than_can_be_marked_refer_to_what_cannot_be_forced()
    {
        var many = UsedByAdmin with { Referrers = [.. Enumerable.Repeat(new Referrer("agent", "a"), UseRules.MaxReferrers + 1)] };
        Given.State("active").When(new ArchiveAgent { Force = true }, many).Refused(OutcomeKind.Conflict, "in_use");
    }

    [Theory]
    [InlineData(1, "One agent refers to it."), InlineData(2, "2 others refer to it.")]
    [InlineData(UseRules.MaxReferrers, "1000 others refer to it.")]
    [InlineData(UseRules.MaxReferrers + 1, "More than 1000 others refer to it.")]
    public void How_many_refer_to_it_is_told(int count, string text)
    {
        ImmutableArray<Referrer> referrers = [.. Enumerable.Repeat(new Referrer("agent", "a"), count)];
        var refused = UseRules.Check<string>(referrers, isForced: false, UsedByAdmin.Caller)!;
        Assert.Equal((text, Issue.Error("in_use", "", text)), (refused.Detail, Assert.Single(refused.Issues)));
        var gone = UseRules.Warn(Outcome.Ok("gone"), referrers);
        Assert.Equal(Issue.Warning("in_use", "", text), Assert.Single(gone.Issues));
        // As many as can be marked can be forced.
        Assert.Equal(count <= UseRules.MaxReferrers, UseRules.Check<string>(referrers, isForced: true, UsedByAdmin.Caller) is null);
        Assert.Equal(
            "The permission 'agents:purge' is required to force it.",
            UseRules.Check<string>(referrers, isForced: true, Given.Caller)!.Detail);
    }

    [Fact]
    public void What_does_not_go_or_is_referred_to_by_nobody_is_not_warned_of()
    {
        var refused = Outcome.NotFound<string>();
        Assert.Same(refused, UseRules.Warn(refused, Used.Referrers));
        var gone = Outcome.Ok("gone", [Issue.Warning("other", "", "Another.")]);
        Assert.Same(gone, UseRules.Warn(gone, []));
        Assert.Equal(["other", "in_use"], UseRules.Warn(gone, Used.Referrers).Issues.Select(issue => issue.Code));
    }

    [Fact]
    public void What_is_archived_already_needs_nobodys_consent() =>
        Given.State("archived").When(new ArchiveAgent(), Used).WritesNothing();

    [Fact]
    public void A_template_goes_by_the_same_rule()
    {
        var made = TemplateRules.Decide(
            new(), new CreateTemplate(new("""{"name":"Desk","type":"rag","config":{}}""")),
            new("acme", "desk", Given.Caller, Given.Limits, MayAdd: true, Given.Now)).Value!.Next!;
        var used = new TemplateContext("acme", "desk", Given.Caller, Given.Limits, MayAdd: true, Given.Now) { Referrers = Used.Referrers };
        Assert.Equal("in_use", TemplateRules.Decide(made, new DeleteTemplate(), used).Code);
        Assert.Equal("permission_denied", TemplateRules.Decide(made, new DeleteTemplate { Force = true }, used).Code);
        var forced = TemplateRules.Decide(made, new DeleteTemplate { Force = true }, used with { Caller = UsedByAdmin.Caller });
        Assert.True(forced.IsOk);
        Assert.Equal(Used.Referrers, forced.Referrers);
    }
}
