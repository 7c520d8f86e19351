using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Tests.Observability;

/// <summary>Who is named in the measurement of what tenants use.</summary>
public sealed class TenantUseTests
{
    [Fact]
    public void Those_nearest_to_a_limit_are_named_and_all_others_summed()
    {
        TenantUse[] tenants = [Of("large", 40, 100), Of("near", 9, 10), Of("unknown", 500, null), Of("nothing", 0, 10)];
        var summary = TenantUse.Summarize(tenants, named: 2);
        Assert.Equal(["near", "large", null], summary.Select(each => each.TenantId));
        Assert.Equal(new LimitUse("agents", 500, null), summary[2].Limits[0]);
    }

    [Fact]
    public void Where_all_are_named_there_are_no_others_and_where_none_is_there_is_nothing_else()
    {
        TenantUse[] tenants = [Of("a", 1, 10), Of("b", 2, 10)];
        Assert.Equal(["b", "a"], TenantUse.Summarize(tenants, named: 2).Select(each => each.TenantId));
        var all = Assert.Single(TenantUse.Summarize(tenants, named: 0));
        Assert.Equal((null, 3), (all.TenantId, all.Limits[0].Used));
        Assert.Empty(TenantUse.Summarize([], named: 2));
    }

    [Fact]
    public void A_tier_that_has_none_of_something_is_not_near_its_limit() => Assert.Equal(0, new LimitUse("templates", 0, 0).Share);

    private static TenantUse Of(string tenantId, int agents, int? limit) =>
        TenantUse.Of(tenantId, new(agents, 0, 0), limit is { } allowed ? Given.Limits with { Agents = allowed } : null);
}
