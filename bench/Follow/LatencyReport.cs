using System.Globalization;
using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Follow;

/// <summary>How the latency experiment is run.</summary>
/// <param name="Database">See <see cref="Service.DataLocation.CreateAsync"/>.</param>
/// <param name="Samples">Changes that are measured.</param>
/// <param name="IdleSockets">Sockets of other tenants that are open meanwhile.</param>
public sealed record LatencyOptions(string Database, int Samples, int IdleSockets = 0);

/// <summary>What the latency experiment found.</summary>
public sealed record LatencyReport(
    Distribution Bare, Distribution Redis, Distribution Socket, Distribution EventStream, int IdleSockets, double KilobytesPerSocket)
    : ExperimentReport
{
    /// <summary>All durations in the order in which they were taken: bare, to Redis, to the WebSocket, to the event stream.</summary>
    public required ImmutableArray<ImmutableArray<TimeSpan>> Samples { get; init; }

    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("bare Redis publish to subscriber", Milliseconds(Bare)),
        ("acknowledged PUT to Redis subscriber", Compared(Redis)), ("to WebSocket", Compared(Socket)),
        ("to server-sent events", Compared(EventStream)),
        ("idle sockets open meanwhile", IdleSockets), ("  kilobytes of the service for each", KilobytesPerSocket),
    ];

    private string Compared(Distribution latency) =>
        string.Create(CultureInfo.InvariantCulture, $"{latency.Median / Bare.Median:0.00} times the bare median; {Milliseconds(latency)}");

    private static string Milliseconds(Distribution latency) => string.Create(
        CultureInfo.InvariantCulture,
        $"median {latency.Median.TotalMilliseconds:0.00} ms, p99 {latency.P99.TotalMilliseconds:0.00} ms (of {latency.Count})");
}
