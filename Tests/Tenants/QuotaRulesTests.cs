using AgentManagement.Domain.Tenants;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Tenants;

/// <summary>What a tenant's counters let it do, and what it is told when they do not.</summary>
public sealed class QuotaRulesTests
{
    private static readonly TierLimits Limits = Given.Limits with
    {
        Tier = "gold",
        Agents = 3,
        ActiveAgents = 2,
        CreatesPerDay = 5,
        Templates = 4,
        TotalFileMebibytes = 6,
        Watchers = 7,
    };

    [Theory]
    [InlineData(2, 1, 4, true, true, true), InlineData(3, 1, 4, false, true, true), InlineData(4, 1, 4, false, true, true)]
    [InlineData(2, 1, 5, true, false, true), InlineData(2, 1, 6, true, false, true)]
    [InlineData(2, 2, 4, true, true, false), InlineData(2, 3, 4, true, true, false)]
    public void There_may_be_one_more_below_a_limit_only(int agents, int active, int creates, bool add, bool create, bool activate)
    {
        var admission = Admission.Of(Limits, new(agents, active, creates));
        Assert.Equal((add, create, activate), (admission.MayAddAgent, admission.MayCreateAgent, admission.MayActivateAgent));
        Assert.Same(Limits, admission.Limits);
    }

    [Fact]
    public void Where_a_day_has_no_limit_one_more_may_be_made() =>
        Assert.True(Admission.Of(Limits with { CreatesPerDay = null }, new(0, 0, 1_000_000)).MayCreateAgent);

    [Theory]
    [InlineData("agents", "agents_limit", "The tier 'gold' allows 3 agents; archive one or change the tier.")]
    [InlineData("activeAgents", "active_agents_limit", "The tier 'gold' allows 2 active agents; deactivate one or change the tier.")]
    [InlineData("creates", "creates_per_day_limit", "The tier 'gold' allows 5 new agents a day (UTC).")]
    [InlineData("templates", "templates_limit", "The tier 'gold' allows 4 templates; delete one or change the tier.")]
    [InlineData("fileBytes", "file_bytes_limit", "The tier 'gold' allows 6 MiB of files; delete one or change the tier.")]
    public void A_refusal_names_the_limit_and_its_figure(string limit, string code, string message) =>
        AssertRefused(code, message, QuotaRefusals.Of<string>(limit, Limits));

    [Fact]
    public void So_do_those_of_what_is_counted_elsewhere()
    {
        AssertRefused(
            "templates_limit", "The tier 'gold' allows 0 templates of the tenant's own; change the tier.",
            QuotaRefusals.Templates<string>(Limits with { Templates = 0 }));
        AssertRefused(
            "watchers_limit", "The tier 'gold' allows 7 open change feeds; close one or change the tier.",
            QuotaRefusals.Watchers<string>(Limits));
        AssertRefused(
            "tasks_limit", "The tenant has 8 tasks that have not ended; wait for one of them.", QuotaRefusals.Tasks<string>(8));
    }

    [Theory]
    [InlineData("free", "free", true), InlineData("free", "advance", false), InlineData("advance", "free", true)]
    [InlineData("professional", "enterprise", false), InlineData("enterprise", "professional", true)]
    [InlineData("advance", "professional", false), InlineData("startup", "enterprise", true)]
    public void A_tier_has_what_those_before_it_have_and_an_operators_own_has_all(string tier, string least, bool reaches) =>
        Assert.Equal(reaches, Tiers.Reaches(tier, least));

    private static void AssertRefused(string code, string message, Outcome<string> outcome)
    {
        outcome.Refused(OutcomeKind.QuotaExceeded, "quota_exceeded");
        var issue = Assert.Single(outcome.Issues);
        Assert.Equal((message, IssueSeverity.Error, code, "", message),
            (outcome.Detail, issue.Severity, issue.Code, issue.Pointer, issue.Message));
    }
}
