using System.Diagnostics;
using System.Globalization;
using AgentManagement.Bench.Service;
using Npgsql;

namespace AgentManagement.Bench.Servers;

/// <summary>A PostgreSQL of an experiment's own, with all its promises of durability, which can be killed.</summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    // It refuses to run as root; its packages bring this user.
    private const string User = "postgres";

    private readonly string _directory;
    private readonly int _port = ChildProcess.FreePort();
    private ChildProcess? _process;

    private PostgreSqlServer(string directory) => _directory = directory;

    /// <summary>For DATABASE_URL, of a login that may do anything.</summary>
    public Uri Address => new($"postgresql://{User}@127.0.0.1:{_port}/postgres");

    /// <summary>Whether there is a program to start.</summary>
    public static bool IsInstalled => Program("initdb") is not null;

    /// <summary>Makes an empty one and starts it.</summary>
    /// <exception cref="FileNotFoundException">There is none on this machine.</exception>
    public static async Task<PostgreSqlServer> StartAsync()
    {
        var server = new PostgreSqlServer(Directory.CreateTempSubdirectory("agent-management-postgresql-").FullName);
        if (Environment.IsPrivilegedProcess) await RunAsync(new("chown", [User, server._directory]));
        await RunAsync(AsUser("initdb", "-D", server.Data, "-A", "trust", "-U", User, "-E", "UTF8", "--locale=C.UTF-8"));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it on what its last life left behind, and waits until it has recovered.</summary>
    public async Task StartAgainAsync()
    {
        _process = ChildProcess.Start(
            AsUser("postgres", "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-k", _directory, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"),
            Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(_directory)}.log"));
        await Programs.WaitForPortAsync(_port);
        while (!await AnswersAsync()) await Task.Delay(100);
    }

    /// <summary>Ends all of its processes at once, in the middle of whatever they do.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        var leader = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        await RunAsync(new("pkill", ["-KILL", "-P", leader]), mayFail: true);
        await RunAsync(new("kill", ["-KILL", leader]), mayFail: true);
        await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string Data => Path.Combine(_directory, "data");

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={_port};Username={User};Database=postgres;Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static ProcessStartInfo AsUser(string program, params string[] arguments)
    {
        var path = Program(program) ?? throw new FileNotFoundException($"{program} is not installed.");
        return Environment.IsPrivilegedProcess ? new("runuser", ["-u", User, "--", path, .. arguments]) : new(path, arguments);
    }

    // Debian keeps them off the PATH, one folder for each version.
    private static string? Program(string name) => Programs.Find(
        name, Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")) : []);

    private static async Task RunAsync(ProcessStartInfo start, bool mayFail = false)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0 && !mayFail) throw new InvalidOperationException($"{start.FileName} failed: {await errors}");
    }
}
