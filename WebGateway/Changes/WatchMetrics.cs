using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.WebGateway.Changes;

/// <summary>Connections that watch a tenant.</summary>
internal static class WatchMetrics
{
    public const string Socket = "websocket";
    public const string EventStream = "sse";

    private static readonly UpDownCounter<int> Watchers = ServiceMeter.Meter.CreateUpDownCounter<int>(
        "agent_management.watchers", "{connection}", "Connections that watch a tenant now, by transport.");

    private static readonly Counter<long> SlowReaders = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.watchers.cut_off", "{connection}", "Connections that were cut off since they did not read.");

    /// <summary>Counts a connection until the result is disposed of.</summary>
    public static IDisposable Open(string transport) => new Watcher(new("transport", transport));

    public static void CountSlowReader() => SlowReaders.Add(1, new KeyValuePair<string, object?>("transport", Socket));

    private sealed class Watcher : IDisposable
    {
        private readonly KeyValuePair<string, object?> _tag;

        public Watcher(KeyValuePair<string, object?> tag) => Watchers.Add(1, _tag = tag);

        public void Dispose() => Watchers.Add(-1, _tag);
    }
}
