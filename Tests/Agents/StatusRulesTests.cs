using AgentManagement.Domain.Agents;

namespace AgentManagement.Tests.Agents;

public sealed class StatusRulesTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Theory, InlineData("draft"), InlineData("inactive")]
    public void Activation_dates_the_agent_and_keeps_its_content(string status)
    {
        var before = Given.State(status).Agent!;
        var agent = Given.State(status).When(new ActivateAgent("go")).Written().Agent!;
        Assert.Equal(("active", Given.Now), (agent.Status, agent.ActivatedAt));
        Assert.Equal(AgentParts.Of(before), AgentParts.Of(agent));
    }

    [Fact]
    public void An_incomplete_agent_is_not_activated()
    {
        var outcome = Given.State("draft", agent => agent with { Config = new("{}") }).When(new ActivateAgent(null));
        outcome.Refused(OutcomeKind.Invalid, "invalid_content");
        Assert.Equal(["/config/model", "/config/instructions"], outcome.Issues.Select(issue => issue.Pointer));
        Assert.All(outcome.Issues, issue => Assert.Equal(IssueSeverity.Error, issue.Severity));
    }

    [Fact]
    public void An_agent_beyond_its_tier_is_not_activated()
    {
        var context = Given.Context with { Admission = Given.Admission with { Limits = Given.Tiers.Find("free") } };
        var state = Given.State("inactive", agent => agent with
        {
            Config = new("""{"model":{"provider":"xai","id":"grok"},"instructions":{"template":"Help."}}"""),
        });
        Assert.Equal("tier_model", state.When(new ActivateAgent(null), context).Issues.Single().Code);
    }

    [Fact]
    public void Without_a_place_for_one_more_active_agent_activation_is_refused()
    {
        var context = Given.Context with { Admission = Given.Admission with { MayActivateAgent = false } };
        var outcome = Given.State("draft").When(new ActivateAgent(null), context);
        outcome.Refused(OutcomeKind.QuotaExceeded, "quota_exceeded");
        Assert.Equal("active_agents_limit", outcome.Issues.Single().Code);
        Given.State("active").When(new ActivateAgent(null), context).WritesNothing();
    }

    [Fact]
    public void Deactivation_ends_the_activation() =>
        Assert.Null(Given.State("active").When(new DeactivateAgent(null)).Written().Agent!.ActivatedAt);

    [Theory, InlineData("draft"), InlineData("active"), InlineData("inactive")]
    public void Archiving_dates_the_agent_and_remembers_where_it_came_from(string status)
    {
        var agent = Given.State(status).When(new ArchiveAgent()).Written().Agent!;
        Assert.Equal((Given.Now, status, (DateTimeOffset?)null), (agent.ArchivedAt, agent.ArchivedFrom, agent.ActivatedAt));
    }

    [Theory, InlineData("draft", "draft"), InlineData("active", "inactive"), InlineData("inactive", "inactive"),
        InlineData(null, "inactive")]
    public void A_restored_draft_is_a_draft_and_nothing_comes_back_live(string? archivedFrom, string restored)
    {
        var agent = Given.State("archived", agent => agent with { ArchivedFrom = archivedFrom }).When(new RestoreAgent()).Written().Agent!;
        Assert.Equal(restored, agent.Status);
        Assert.Equal((null, null, null), (agent.ArchivedAt, agent.ArchivedFrom, agent.ActivatedAt));
    }

    [Fact]
    public void An_agent_can_be_restored_for_30_days_to_the_millisecond()
    {
        Assert.NotNull(ArchivedAt(Given.Now.AddDays(-30)).When(new RestoreAgent()).Written().Agent);
        ArchivedAt(Given.Now.AddDays(-30) - Millisecond).When(new RestoreAgent()).Refused(OutcomeKind.Conflict, "restore_expired");
    }

    [Fact]
    public void A_restore_needs_a_place_for_one_more_agent_and_none_of_todays_creations()
    {
        var admission = Given.Admission with { MayAddAgent = false };
        Given.State("archived").When(new RestoreAgent(), Given.Context with { Admission = admission })
            .Refused(OutcomeKind.QuotaExceeded, "quota_exceeded");
        admission = Given.Admission with { MayCreateAgent = false };
        Assert.NotNull(Given.State("archived").When(new RestoreAgent(), Given.Context with { Admission = admission }).Written().Agent);
    }

    [Fact]
    public void A_purge_leaves_nothing_but_the_version_number_and_the_entry_for_the_log()
    {
        var state = Given.State("archived").When(new PurgeAgent()).Written();
        Assert.Null(state.Agent);
        Assert.Equal(Given.Version + 1, state.Version);
        var entry = state.Change!;
        Assert.Equal(("agent_purged", "purged", "bot", "Support bot", "ana"),
            (entry.Kind, entry.Status, entry.AgentId, entry.AgentName, entry.Actor));
        Assert.Null(entry.Search);
    }

    [Fact]
    public void An_expired_archived_agent_can_still_be_purged() =>
        Assert.Null(ArchivedAt(Given.Now.AddDays(-400)).When(new PurgeAgent()).Written().Agent);

    [Fact]
    public void The_refusal_of_an_illegal_move_names_status_and_move()
    {
        var outcome = Given.State("archived").When(new ActivateAgent(null));
        outcome.Refused(OutcomeKind.Conflict, "illegal_transition");
        Assert.Equal("An agent that is archived cannot be activated.", outcome.Detail);
    }

    private static AgentState ArchivedAt(DateTimeOffset at) => Given.State("archived", agent => agent with { ArchivedAt = at });
}
