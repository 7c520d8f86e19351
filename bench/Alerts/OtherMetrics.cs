using System.Globalization;
using AgentManagement.Bench.Service;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Bench.Alerts;

/// <summary>What backup scripts and the exporter of certificates would tell Prometheus.</summary>
internal sealed class OtherMetrics : IAsyncDisposable
{
    private StandIn? _server;

    /// <summary>Where it answers.</summary>
    public int Port { get; } = ChildProcess.FreePort();

    /// <summary>Whether nothing was done for long, and the certificate is about to end.</summary>
    public bool IsOld { get; set; }

    public static async Task<OtherMetrics> StartAsync()
    {
        var metrics = new OtherMetrics();
        metrics._server = await StandIn.StartAsync(metrics.Port, _ => Results.Text(metrics.Text(), "text/plain; version=0.0.4"));
        return metrics;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    private string Text()
    {
        var now = DateTimeOffset.UtcNow;
        var done = (IsOld ? now.AddDays(-40) : now).ToUnixTimeSeconds();
        var ends = now.AddDays(IsOld ? 2 : 60).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $$"""
            agent_management_backup_last_success_timestamp_seconds{kind="base"} {{done}}
            agent_management_backup_last_success_timestamp_seconds{kind="redis"} {{done}}
            agent_management_backup_last_success_timestamp_seconds{kind="drill"} {{done}}
            agent_management_backup_measured_timestamp_seconds {{done}}
            agent_management_backup_wal_waiting_seconds {{(IsOld ? 600 : 0)}}
            probe_ssl_earliest_cert_expiry {{ends}}

            """).ReplaceLineEndings("\n");
    }
}
