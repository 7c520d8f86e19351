using AgentManagement.Tests.Support;
using AgentManagement.WebGateway.Observability;

namespace AgentManagement.Tests.Observability;

/// <summary>The same, as /metrics shows it.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed class TenantSeriesTests
{
    private const string Name = "agent_management_tenant_requests_total";

    [Fact]
    public async Task There_are_never_more_series_than_the_setting_allows_whoever_comes_and_goes()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { MetricsTenants = 20 });
        for (var wave = 0; wave < 4; wave++)
        {
            // 10,000 tenants once each, then other 20 that use it much more: some take over.
            for (var tenant = 0; tenant < 10_000; tenant++) RequestMetrics.ByTenant.Count($"once-{wave}-{tenant}");
            for (var use = 0; use < 20_000; use++) RequestMetrics.ByTenant.Count($"often-{wave}-{use % 20}");
            var series = (await service.MetricsAsync()).Series.Keys.Where(key => key.StartsWith(Name, StringComparison.Ordinal)).ToList();
            Assert.Equal(21, series.Count);
            Assert.Contains($$"""{{Name}}{tenant="often-{{wave}}-7"}""", series);
        }
    }

    [Fact]
    public async Task With_none_all_tenants_are_one()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { MetricsTenants = 0 });
        using var client = service.CreateClient("acme");
        await client.GetAsync("/api/v1/agents");
        var series = (await service.MetricsAsync()).Series.Where(each => each.Key.StartsWith(Name, StringComparison.Ordinal));
        Assert.Equal([new($$"""{{Name}}{tenant="other"}""", 1d)], series);
    }
}
