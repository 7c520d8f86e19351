using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AgentManagement.Bench.Client;

namespace AgentManagement.Bench.Service;

/// <summary>The real service as a process of its own, which can be killed and started again on the same data and port.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollingPause = TimeSpan.FromMilliseconds(25);
    private static readonly string[] Inherited = ["DATABASE_URL", "REDIS_URI", "ENVIRONMENT", "ASPNETCORE_URLS", "MAX_AGENTS_PER_TENANT"];

    private const string StandardErrorMark = "standard error: ";
    private static readonly string[] ErrorMarks = [StandardErrorMark, "\"level\":\"ERROR\"", "\"level\":\"CRITICAL\""];

    private readonly DataLocation _data;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly int _port = FreePort();
    private readonly HttpClient _http;
    private Process? _process;

    private ServiceProcess(DataLocation data, IReadOnlyDictionary<string, string> settings)
    {
        (_data, _settings) = (data, settings);
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 512 })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{_port}/"), Timeout = TimeSpan.FromSeconds(30),
        };
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    /// <summary>Where it answers.</summary>
    public IPEndPoint EndPoint => new(IPAddress.Loopback, _port);

    /// <summary>Mints tokens that it accepts.</summary>
    public TokenMint Tokens { get; } = new("bench-secret-key-of-at-least-thirty-two-bytes");

    /// <summary>What it printed, over all its lives.</summary>
    public string LogPath => Path.Combine(_data.Directory, "service.log");

    /// <summary>Whether the process runs.</summary>
    public bool IsAlive => _process is { HasExited: false };

    /// <summary>Starts the service and waits until it is ready.</summary>
    /// <param name="data">Its data; must outlive the process.</param>
    /// <param name="settings">Environment variables beside those that every experiment needs.</param>
    public static async Task<ServiceProcess> StartAsync(DataLocation data, IReadOnlyDictionary<string, string>? settings = null)
    {
        var service = new ServiceProcess(data, settings ?? ImmutableDictionary<string, string>.Empty);
        await service.StartAgainAsync();
        return service;
    }

    /// <summary>A client that acts for a tenant.</summary>
    public TenantClient Client(string tenantId, string role = "admin", string tier = "enterprise") =>
        new(_http, Tokens.Mint(tenantId, role, tier), tenantId);

    /// <summary>Starts the service on what its last life left behind.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not become ready in a minute; holds the end of its output.</exception>
    /// <param name="assembly">Another program than the one of this build.</param>
    public async Task StartAgainAsync(string? assembly = null)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [assembly ?? ServiceAssembly.Find()])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _data.Directory,
        };
        foreach (var name in Inherited) start.Environment.Remove(name);
        start.Environment["SERVICE_PORT"] = _port.ToString(CultureInfo.InvariantCulture);
        start.Environment["DATA_DIRECTORY"] = _data.Directory;
        start.Environment["SECRET_KEY"] = Tokens.SecretKey;
        start.Environment["LOG_LEVEL"] = "WARNING";
        if (_data.DatabaseUrl is { } url) start.Environment["DATABASE_URL"] = url.OriginalString;
        foreach (var (name, value) in _settings) start.Environment[name] = value;

        _process = Process.Start(start) ?? throw new InvalidOperationException("The service did not start.");
        var log = TextWriter.Synchronized(new StreamWriter(LogPath, append: true) { AutoFlush = true });
        _process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        _process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data is { Length: > 0 } text ? StandardErrorMark + text : "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilReadyAsync();
    }

    /// <summary>Ends the process at once (SIGKILL): nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        await KillAsync();
        _http.Dispose();
    }

    /// <summary>A problem for each line that the service logged as an error, or wrote to standard error: nothing may fail unseen.</summary>
    public IEnumerable<string> LoggedErrors() => ReadLog()
        .Where(line => Array.Exists(ErrorMarks, mark => line.Contains(mark, StringComparison.Ordinal)))
        .Select(line => $"the service printed: {(line.Length > 600 ? line[..600] + "…" : line)}");

    /// <summary>The last lines that the service printed.</summary>
    public string LogTail() => string.Join('\n', ReadLog().TakeLast(20));

    /// <summary>The log is still being written to.</summary>
    private string[] ReadLog()
    {
        using var reader = new StreamReader(new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n');
    }

    private async Task WaitUntilReadyAsync()
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Patience)
        {
            if (!IsAlive) throw new InvalidOperationException($"The service ended while it started:\n{LogTail()}");
            try
            {
                using var answer = await _http.GetAsync(new Uri("health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(PollingPause);
        }
        throw new InvalidOperationException($"The service was not ready after {Patience.TotalSeconds} seconds:\n{LogTail()}");
    }

    private void KillAtExit(object? sender, EventArgs arguments) => _process?.Kill();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
