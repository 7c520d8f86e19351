using System.Globalization;
using System.Net;
using AgentManagement.Bench.Client;

namespace AgentManagement.Bench.Service;

/// <summary>An experiment's view of the running service, whatever it consists of.</summary>
public interface IService
{
    /// <summary>Speaks to it, as nobody.</summary>
    HttpClient Http { get; }

    /// <summary>A client that acts for a tenant.</summary>
    TenantClient Client(string tenantId, string role = "admin", string tier = "enterprise");

    /// <summary>A problem for each error that the service printed.</summary>
    IEnumerable<string> LoggedErrors();
}

/// <summary>The real service as a process of its own, which can be killed and started again on the same data and port.</summary>
public sealed class ServiceProcess : IService, IAsyncDisposable
{
    private readonly int _port = ChildProcess.FreePort();
    private readonly ServiceLog _log;
    private ChildProcess? _process;

    private ServiceProcess(DataLocation data, IReadOnlyDictionary<string, string> settings)
    {
        (Data, Settings, _log) = (data, new(settings), new(Path.Combine(data.Directory, "service.log")));
        Http = TenantClient.Connect(_port);
    }

    /// <summary>Its data.</summary>
    public DataLocation Data { get; }

    /// <summary>Where it answers.</summary>
    public IPEndPoint EndPoint => new(IPAddress.Loopback, _port);

    public HttpClient Http { get; }

    /// <summary>The environment variables of its next life, beside those that every experiment needs.</summary>
    public Dictionary<string, string> Settings { get; }

    /// <summary>The number of its present process in the system.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The service does not run.");

    /// <summary>What it holds in memory.</summary>
    public long MemoryBytes() => _process?.MemoryBytes() ?? 0;

    /// <summary>Its open files and connections; 0 where the system does not tell.</summary>
    public int CountHandles() => _process?.CountHandles() ?? 0;

    /// <summary>Mints tokens that it accepts.</summary>
    public TokenMint Tokens { get; } = new(TokenMint.BenchKey);

    /// <summary>What it printed, over all its lives.</summary>
    public string LogPath => _log.Path;

    /// <summary>Whether the process runs.</summary>
    public bool IsAlive => _process is { IsAlive: true };

    /// <summary>Starts the service and waits until it is ready.</summary>
    /// <param name="data">Its data; must outlive the process.</param>
    /// <param name="settings">Environment variables beside those that every experiment needs.</param>
    public static async Task<ServiceProcess> StartAsync(DataLocation data, IReadOnlyDictionary<string, string>? settings = null)
    {
        var service = new ServiceProcess(data, settings ?? ImmutableDictionary<string, string>.Empty);
        await service.StartAgainAsync();
        return service;
    }

    public TenantClient Client(string tenantId, string role = "admin", string tier = "enterprise") =>
        new(Http, Tokens.Mint(tenantId, role, tier), tenantId);

    /// <summary>Starts the service on what its last life left behind.</summary>
    /// <param name="assembly">Another program than the one of this build.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not become ready; holds the end of its output.</exception>
    public async Task StartAgainAsync(string? assembly = null)
    {
        var settings = new Dictionary<string, string>
        {
            ["SERVICE_PORT"] = _port.ToString(CultureInfo.InvariantCulture), ["DATA_DIRECTORY"] = Data.Directory,
            ["SECRET_KEY"] = Tokens.SecretKey, ["LOG_LEVEL"] = "WARNING", ["RATE_LIMIT_ENABLED"] = "false",
        };
        if (Data.DatabaseUrl is { } url) settings["DATABASE_URL"] = url.OriginalString;
        foreach (var (name, value) in Settings) settings[name] = value;
        _process = ChildProcess.Start(ChildProcess.DotNet(assembly ?? ServiceAssembly.Find(), Data.Directory, [], settings), LogPath);
        await Readiness.WaitAsync(Http, _process, _log);
    }

    /// <summary>Ends the process at once (SIGKILL): nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Waits until it has died of what its settings have in it.</summary>
    /// <exception cref="InvalidOperationException">It lives on.</exception>
    public async Task DieAsync(TimeSpan patience)
    {
        try
        {
            if (_process is { } process) await process.WaitForExitAsync(patience);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"The service lives, which was to die within {patience}.");
        }
        await KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Http.Dispose();
    }

    public IEnumerable<string> LoggedErrors() => _log.Errors();

    /// <summary>The last lines that the service printed.</summary>
    public string LogTail() => _log.Tail();
}
