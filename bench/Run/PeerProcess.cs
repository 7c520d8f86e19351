using System.Diagnostics;
using System.Globalization;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using Npgsql;

namespace AgentManagement.Bench.Run;

/// <summary>The program of bench/peer, with a database of its own on the run's server.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    /// <summary>Names the Python that has what requirements.txt lists; without it those of the system are tried.</summary>
    public const string PythonVariable = "AGENT_MANAGEMENT_PEER_PYTHON";

    private const int Workers = 2;
    private const string Imports =
        "import asyncpg, fastapi, hiredis, httptools, jwt, sqlalchemy.ext.asyncio, uvicorn, uvloop; from redis import asyncio";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "peer");

    private readonly int _port = ChildProcess.FreePort();
    private readonly DataLocation _data;
    private ChildProcess? _process;

    private PeerProcess(DataLocation data) => _data = data;

    /// <summary>Where it answers.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}/");

    /// <summary>Its process, and its workers'.</summary>
    public ProcessSet Processes => new(_process!.Id);

    /// <summary>A Python that can run it: one that is here, or one that is made now; null when there is none.</summary>
    public static async Task<string?> FindPythonAsync()
    {
        var made = Path.Combine(AppContext.BaseDirectory, "peer-environment");
        string?[] candidates =
        [
            Environment.GetEnvironmentVariable(PythonVariable), Path.Combine(made, "bin", "python3"), Programs.Find("python3"),
            "/usr/bin/python3",
        ];
        foreach (var candidate in candidates.OfType<string>().Where(File.Exists))
        {
            if (await CanAsync(candidate, "-c", Imports)) return candidate;
        }
        var python = Path.Combine(made, "bin", "python3");
        return Programs.Find("python3") is { } system && await CanAsync(system, "-m", "venv", made)
            && await CanAsync(python, "-m", "pip", "install", "-q", "--retries", "0", "--timeout", "10", "-r",
                Path.Combine(Folder, "requirements.txt")) ? python : null;
    }

    /// <summary>Starts it.</summary>
    public static async Task<PeerProcess> StartAsync(RunServers servers, string python)
    {
        var peer = new PeerProcess(await DataLocation.CreateAsync(servers.Database));
        await using (var connection = new NpgsqlConnection(peer._data.ConnectionString))
        {
            await connection.OpenAsync();
            await using var schema = new NpgsqlCommand(await File.ReadAllTextAsync(Path.Combine(Folder, "schema.sql")), connection);
            await schema.ExecuteNonQueryAsync();
        }
        var log = new ServiceLog(Path.Combine(peer._data.Directory, "peer.log"));
        peer._process = ChildProcess.Start(
            new ProcessStartInfo(python,
            [
                "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", peer._port.ToString(CultureInfo.InvariantCulture), "--workers",
                Workers.ToString(CultureInfo.InvariantCulture), "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level",
                "warning",
            ])
            {
                WorkingDirectory = Folder,
                Environment =
                {
                    ["DATABASE_URL"] = $"postgresql+asyncpg{peer._data.DatabaseUrl!.OriginalString["postgresql".Length..]}",
                    ["REDIS_URI"] = servers.Redis.Address.OriginalString, ["SECRET_KEY"] = TokenMint.BenchKey,
                    ["PYTHONDONTWRITEBYTECODE"] = "1",
                },
            }, log.Path);
        using var http = Population.Connect(peer.Address);
        await Readiness.WaitAsync(http, peer._process, log);
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        // Its workers end with it only when it is asked.
        if (_process is not null)
        {
            await _process.StopAsync(TimeSpan.FromSeconds(10));
            await _process.DisposeAsync();
        }
        await _data.DisposeAsync();
    }

    private static async Task<bool> CanAsync(string program, params string[] arguments)
    {
        try
        {
            await Tool.RunAsync(program, arguments);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
