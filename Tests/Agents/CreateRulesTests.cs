using AgentManagement.Domain.Agents;

namespace AgentManagement.Tests.Agents;

public sealed class CreateRulesTests
{
    private static readonly CreateAgent Create = new(Given.Content());

    [Fact]
    public void A_new_agent_is_a_draft_at_version_1_made_by_the_caller_now()
    {
        var agent = Given.State("absent").When(Create).Written().Agent!;
        Assert.Equal(("bot", "draft", 1), (agent.Id, agent.Status, agent.Version));
        Assert.Equal((Given.Now, "ana", Given.Now, "ana"), (agent.CreatedAt, agent.CreatedBy, agent.UpdatedAt, agent.UpdatedBy));
        Assert.Null(agent.ActivatedAt);
        Assert.Null(agent.ArchivedAt);
    }

    [Fact]
    public void A_new_agent_keeps_its_content_letter_for_letter()
    {
        var agent = Given.State("absent").When(Create).Written().Agent!;
        Assert.Equal(AgentParts.Of(Given.State("draft").Agent!), AgentParts.Of(agent));
        Assert.Contains("\"temperature\":0}", agent.Config.Text, StringComparison.Ordinal);
        Assert.Equal(["b", "a"], agent.Tags);
    }

    [Fact]
    public void A_purged_agent_that_is_made_again_continues_the_version_numbers()
    {
        var agent = Given.State("purged").When(Create).Written().Agent!;
        Assert.Equal(Given.Version + 1, agent.Version);
        Assert.Equal(Given.Now, agent.CreatedAt);
    }

    [Fact]
    public void The_id_of_an_archived_agent_is_taken_and_the_refusal_says_how_to_free_it()
    {
        var outcome = Given.State("archived").When(Create);
        outcome.Refused(OutcomeKind.Conflict, "duplicate_id");
        Assert.Contains("archived", outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("archived", Given.State("draft").When(Create).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_content_is_refused() =>
        Given.State("absent").When(new CreateAgent(new("{}"))).Refused(OutcomeKind.Invalid, "invalid_content");

    [Fact]
    public void An_incomplete_draft_is_made_with_a_warning()
    {
        var outcome = Given.State("absent").When(new CreateAgent(Given.Incomplete));
        Assert.NotNull(outcome.Written().Agent);
        Assert.Equal((IssueSeverity.Warning, "/config/instructions"), (outcome.Issues.Single().Severity, outcome.Issues.Single().Pointer));
    }

    [Fact]
    public void Without_a_place_for_one_more_agent_it_is_refused()
    {
        var outcome = Given.State("absent").When(Create, Given.Context with { Admission = Given.Admission with { MayAddAgent = false } });
        outcome.Refused(OutcomeKind.QuotaExceeded, "quota_exceeded");
        Assert.Equal("agents_limit", outcome.Issues.Single().Code);
        Assert.Contains("20 agents", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_place_in_todays_creations_it_is_refused()
    {
        var outcome = Given.State("absent")
            .When(Create, Given.Context with { Admission = Given.Admission with { MayCreateAgent = false } });
        outcome.Refused(OutcomeKind.QuotaExceeded, "quota_exceeded");
        Assert.Equal("creates_per_day_limit", outcome.Issues.Single().Code);
    }

    [Fact]
    public void Invalid_content_is_told_before_a_full_quota()
    {
        var context = Given.Context with { Admission = Given.Admission with { MayAddAgent = false } };
        Given.State("absent").When(new CreateAgent(new("{}")), context).Refused(OutcomeKind.Invalid, "invalid_content");
    }

    [Fact]
    public void A_replacement_of_what_is_absent_creates_under_the_same_quotas()
    {
        var replace = new ReplaceAgent(Given.Content());
        Assert.Equal("agent_created", Given.State("absent").When(replace).Value!.Kind);
        Given.State("absent").When(replace, Given.Context with { Admission = Given.Admission with { MayAddAgent = false } })
            .Refused(OutcomeKind.QuotaExceeded, "quota_exceeded");
    }

    [Fact]
    public void A_clone_names_its_source_and_is_its_own_kind_of_change()
    {
        var decision = Given.State("absent").When(new CreateAgent(Given.Content(), "original"));
        Assert.Equal("original", decision.Written().Agent!.ClonedFrom);
        Assert.Equal("agent_cloned", decision.Value!.Kind);
    }
}
