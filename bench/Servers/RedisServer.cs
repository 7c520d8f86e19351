using System.Diagnostics;
using System.Globalization;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Servers;

/// <summary>A Redis of an experiment's own, which can be killed and comes back empty.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agent-management-redis-").FullName;
    private readonly int _port = ChildProcess.FreePort();
    private ChildProcess? _process;

    /// <summary>For REDIS_URI.</summary>
    public Uri Address => new($"redis://127.0.0.1:{_port}/0");

    /// <summary>The number of its present process in the system.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("Redis does not run.");

    /// <summary>Whether there is a program to start.</summary>
    public static bool IsInstalled => Programs.Find("redis-server") is not null;

    /// <summary>Starts one.</summary>
    /// <exception cref="FileNotFoundException">There is none on this machine.</exception>
    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it again, without data.</summary>
    public async Task StartAgainAsync()
    {
        var program = Programs.Find("redis-server") ?? throw new FileNotFoundException("redis-server is not installed.");
        _process = ChildProcess.Start(
            new ProcessStartInfo(program,
                ["--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
                    _directory]),
            Path.Combine(_directory, "redis.log"));
        await Programs.WaitForPortAsync(_port);
    }

    /// <summary>Ends it at once; its data is lost.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
