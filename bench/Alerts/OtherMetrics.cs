using System.Globalization;
using System.Net;
using System.Text;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Alerts;

/// <summary>What backup scripts and the exporter of certificates would tell Prometheus.</summary>
internal sealed class OtherMetrics : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _answering;

    private OtherMetrics()
    {
        _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));
        _listener.Start();
        _answering = AnswerAsync();
    }

    /// <summary>Where it answers.</summary>
    public int Port { get; } = ChildProcess.FreePort();

    /// <summary>Whether nothing was done for long, and the certificate is about to end.</summary>
    public bool IsOld { get; set; }

    public static OtherMetrics Start() => new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _answering;
        _listener.Close();
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                context.Response.ContentType = "text/plain; version=0.0.4";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Text()));
                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                if (!_listener.IsListening) return;
            }
        }
    }

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
