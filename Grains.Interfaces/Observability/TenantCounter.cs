using System.Diagnostics.Metrics;

namespace AgentManagement.Observability;

/// <summary>A counter with a series for each of the tenants that use the service most, and one for all others.</summary>
#pragma warning disable CA1001 // It lives as long as the process.
internal sealed class TenantCounter
{
    /// <summary>METRICS_TENANTS, where nothing else is said.</summary>
    public const int UsualBound = 50;

    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly string _unit;
    private readonly string _description;
    private TenantCounts _counts = new(UsualBound);
    private Meter? _meter;

    public TenantCounter(string name, string unit, string description)
    {
        (_name, _unit, _description) = (name, unit, description);
        Publish();
    }

    /// <summary>Begins anew, with at most so many tenants beside the others.</summary>
    public void Start(int most)
    {
        _counts = new(most);
        Publish();
    }

    public void Count(string tenantId)
    {
        if (_counts.Add(tenantId)) Publish();
    }

    /// <summary>What has been reported once is reported for as long as its meter is there: another meter ends the series of those who lost theirs.</summary>
    private void Publish()
    {
        lock (_gate)
        {
            _meter?.Dispose();
            _meter = new Meter(ServiceMeter.Name);
            _meter.CreateObservableCounter(
                _name, () => _counts.Read().Select(each => new Measurement<long>(each.Count, new KeyValuePair<string, object?>("tenant", each.TenantId))),
                _unit, _description);
        }
    }
}
