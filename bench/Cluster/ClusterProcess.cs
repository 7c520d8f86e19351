using System.Globalization;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Cluster;

/// <summary>One process of a cluster, which can be killed, frozen and started again.</summary>
public sealed class ClusterProcess(
    string name, string assembly, string[] arguments, string directory, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    // Above the time that the service takes to hand over its grains.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(40);

    private readonly int _port = ChildProcess.FreePort();
    private HttpClient? _http;
    private ChildProcess? _process;

    /// <summary>silo-1, silo-2 … or gateway.</summary>
    public string Name => name;

    /// <summary>The program that its next life runs.</summary>
    public string Assembly { get; set; } = assembly;

    /// <summary>The environment variables of its next life.</summary>
    public Dictionary<string, string> Settings { get; } = new(settings);

    /// <summary>What it printed, over all its lives.</summary>
    public ServiceLog Log { get; } = new(Path.Combine(directory, $"{name}.log"));

    /// <summary>Where it answers.</summary>
    public int Port => _port;

    /// <summary>The number of its present process in the system.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException($"{name} does not run.");

    /// <summary>Speaks to it.</summary>
    public HttpClient Http => _http ??= TenantClient.Connect(_port);

    /// <summary>Whether the process runs.</summary>
    public bool IsAlive => _process is { IsAlive: true };

    /// <summary>Starts it, and waits until it is ready.</summary>
    /// <param name="probe">Another probe that is to answer: a gateway is alive before it is ready.</param>
    public async Task StartAsync(string probe = Readiness.Ready)
    {
        var start = new Dictionary<string, string>(Settings) { ["SERVICE_PORT"] = _port.ToString(CultureInfo.InvariantCulture) };
        _process = ChildProcess.Start(ChildProcess.DotNet(Assembly, directory, arguments, start), Log.Path);
        await Readiness.WaitAsync(Http, _process, Log, probe);
    }

    /// <summary>Asks once.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(Readiness.Ready, UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process?.Kill();

    /// <summary>SIGKILL, and waits until it has ended.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>SIGTERM, and waits until it has ended.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> StopAsync()
    {
        var ended = await _process!.StopAsync(StopTimeout);
        await KillAsync();
        return ended;
    }

    /// <summary>SIGSTOP: it hangs, with its connections open.</summary>
    public Task FreezeAsync() => _process!.SignalAsync("STOP");

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => _process!.SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http?.Dispose();
    }
}
