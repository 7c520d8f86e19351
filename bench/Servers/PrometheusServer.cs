using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Servers;

/// <summary>A Prometheus of an experiment's own, which looks once a second.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agent-management-prometheus-").FullName;
    private readonly int _port = ChildProcess.FreePort();
    private readonly HttpClient _http = new();
    private ChildProcess? _process;

    /// <summary>Whether there is a program to start.</summary>
    public static bool IsInstalled => Programs.Find("prometheus") is not null;

    /// <summary>Starts one.</summary>
    /// <param name="rules">The text of its rules.</param>
    /// <param name="targets">For each job the ports of this machine that it scrapes.</param>
    /// <exception cref="FileNotFoundException">There is none on this machine.</exception>
    public static async Task<PrometheusServer> StartAsync(string rules, IReadOnlyDictionary<string, ImmutableArray<int>> targets)
    {
        var program = Programs.Find("prometheus") ?? throw new FileNotFoundException("prometheus is not installed.");
        var server = new PrometheusServer();
        await File.WriteAllTextAsync(Path.Combine(server._directory, "rules.yaml"), rules);
        var jobs = targets.Select(job =>
            $$"""  - { job_name: {{job.Key}}, static_configs: [{ targets: [{{string.Join(", ", job.Value.Select(port => $"\"127.0.0.1:{port}\""))}}] }] }""");
        var configuration = Path.Combine(server._directory, "prometheus.yaml");
        await File.WriteAllTextAsync(configuration, $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [rules.yaml]
            scrape_configs:
            {{string.Join("\n", jobs)}}
            """);
        server._process = ChildProcess.Start(
            new ProcessStartInfo(program,
            [
                $"--config.file={configuration}", $"--storage.tsdb.path={server._directory}/data",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{server._port}"),
            ]),
            Path.Combine(server._directory, "prometheus.log"));
        await Programs.WaitForPortAsync(server._port);
        return server;
    }

    /// <summary>The names of the alerts that fire.</summary>
    public async Task<IReadOnlySet<string>> FiringAsync()
    {
        using var answer = JsonDocument.Parse(await _http.GetStringAsync($"http://127.0.0.1:{_port}/api/v1/alerts"));
        return answer.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray()
            .Where(alert => alert.GetProperty("state").GetString() == "firing")
            .Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!).ToHashSet(StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
