using AgentManagement.Observability;

namespace AgentManagement.Tests.Observability;

/// <summary>Series by tenant stay few, however many tenants there are, and belong to those that use the service most.</summary>
public sealed class TenantCountsTests
{
    [Theory, InlineData(50), InlineData(1), InlineData(0)]
    public void Ten_thousand_tenants_have_no_more_series_than_allowed_and_nothing_is_lost(int most)
    {
        var counts = new TenantCounts(most);
        for (var use = 0; use < 30_000; use++)
        {
            counts.Add($"tenant-{use % 10_000}");
            if (use % 1_000 == 0) Assert.InRange(counts.Read().Length, 1, most + 1);
        }
        Assert.Equal(most + 1, counts.Read().Length);
        Assert.Equal(30_000, counts.Read().Sum(each => each.Count));
    }

    [Fact]
    public void Who_comes_late_and_uses_it_most_takes_over_from_who_uses_it_least()
    {
        var counts = new TenantCounts(2);
        counts.Add("early");
        for (var use = 0; use < TenantCounts.Round; use++) counts.Add("steady");
        var hasChanged = false;
        for (var use = 0; use < 2 * TenantCounts.Round; use++) hasChanged |= counts.Add(use % 2 == 0 ? "steady" : "late");
        Assert.True(hasChanged);
        Assert.Equal(["late", "other", "steady"], counts.Read().Select(each => each.TenantId).Order());
    }

    [Fact]
    public void Equals_do_not_take_turns()
    {
        var counts = new TenantCounts(2);
        var changes = 0;
        for (var use = 0; use < 10 * TenantCounts.Round; use++) changes += counts.Add($"tenant-{use % 3}") ? 1 : 0;
        Assert.Equal(0, changes);
    }

    [Fact]
    public void No_count_ever_falls()
    {
        var counts = new TenantCounts(5);
        var random = new Random(7);
        var before = new Dictionary<string, long>();
        for (var use = 0; use < 100_000; use++)
        {
            // Whom it favours wanders.
            counts.Add($"tenant-{(use / 20_000 * 10) + (int)(10 * Math.Pow(random.NextDouble(), 3))}");
            if (use % 500 != 0) continue;
            var now = counts.Read().ToDictionary(each => each.TenantId, each => each.Count);
            Assert.All(now.Where(each => before.ContainsKey(each.Key)), each => Assert.True(each.Value >= before[each.Key]));
            before = now;
        }
    }

    [Fact]
    public void A_tenant_that_is_called_other_is_one_of_the_others()
    {
        var counts = new TenantCounts(5);
        counts.Add(TenantCounts.Other);
        Assert.Equal([(TenantCounts.Other, 1L)], counts.Read());
    }
}
