using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Tests.Observability;

/// <summary>METRICS_TENANTS bounds the series by tenant, whoever comes and goes.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed class TenantSeriesTests : IDisposable
{
    private const string Name = "agent_management_tenant_visits_total";

    private readonly Meter _meter = new(ServiceMeter.Name);
    private readonly Counter<long> _visits;

    public TenantSeriesTests() => _visits = _meter.CreateCounter<long>($"{ServiceMeter.ByTenant}visits");

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task So_many_tenants_have_series_of_their_own_and_all_others_are_one()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { MetricsTenants = 20 });
        for (var tenant = 0; tenant < 10_000; tenant++) Visit($"tenant-{tenant}", times: 2);
        var series = await SeriesAsync(service);
        Assert.Equal(21, series.Count);
        Assert.All(Enumerable.Range(0, 20), tenant => Assert.Equal(2, series[$$"""{{Name}}{tenant="tenant-{{tenant}}"}"""]));
        Assert.Equal(2 * 9_980, series[$$"""{{Name}}{otel_metric_overflow="true"}"""]);
    }

    [Fact]
    public async Task With_none_all_tenants_are_one()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { MetricsTenants = 0 });
        Visit("acme", times: 1);
        Visit("globex", times: 2);
        Assert.Equal([new(Name, 3d)], await SeriesAsync(service));
    }

    private static async Task<Dictionary<string, double>> SeriesAsync(ServiceHost service) => (await service.MetricsAsync()).Series
        .Where(each => each.Key.StartsWith(Name, StringComparison.Ordinal)).ToDictionary();

    private void Visit(string tenant, int times)
    {
        for (var time = 0; time < times; time++) _visits.Add(1, new KeyValuePair<string, object?>(ServiceMeter.Tenant, tenant));
    }
}
