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

    private static readonly Lazy<bool> CanMount = new(TryMount);

    private const int MaximumConnections = 200;

    private readonly string _directory;
    private readonly int _port = ChildProcess.FreePort();
    private readonly bool _isVolume;
    private ChildProcess? _process;

    private readonly IReadOnlyList<string> _options;

    private PostgreSqlServer(string directory, bool isVolume, IReadOnlyList<string> options) =>
        (_directory, _isVolume, _options) = (directory, isVolume, options);

    /// <summary>For DATABASE_URL, of a login that may do anything.</summary>
    public Uri Address => new($"postgresql://{User}@127.0.0.1:{_port}/postgres");

    /// <summary>Whether there is a program to start.</summary>
    public static bool IsInstalled => Program("initdb") is not null;

    /// <summary>Whether it can have a volume of its own: who is root in a container may still not mount any.</summary>
    public static bool CanHaveVolume => CanMount.Value;

    /// <summary>Makes an empty one and starts it.</summary>
    /// <param name="volumeMegabytes">The size of a volume of its own in memory; null for a folder.</param>
    /// <param name="options">Further arguments of the server, such as <c>-c archive_mode=on</c>; null for none.</param>
    /// <exception cref="FileNotFoundException">There is none on this machine.</exception>
    public static async Task<PostgreSqlServer> StartAsync(int? volumeMegabytes = null, IReadOnlyList<string>? options = null)
    {
        var server = new PostgreSqlServer(
            Directory.CreateTempSubdirectory("agent-management-postgresql-").FullName, volumeMegabytes is not null, options ?? []);
        if (volumeMegabytes is { } size) await RunAsync(Mount(size, server._directory));
        if (Environment.IsPrivilegedProcess) await RunAsync(new("chown", [User, server._directory]));
        await RunAsync(AsUser("initdb", "-D", server.Data, "-A", "trust", "-U", User, "-E", "UTF8", "--locale=C.UTF-8"));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it on what its last life left behind, and waits until it has recovered.</summary>
    public async Task StartAgainAsync()
    {
        _process = ChildProcess.Start(
            AsUser("postgres", [
                "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-k", _directory, "-c", "listen_addresses=127.0.0.1", "-c",
                $"max_connections={MaximumConnections}",
                // Small, so that a full volume is soon felt.
                "-c", "min_wal_size=32MB", "-c", "max_wal_size=32MB", .. _options]),
            Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(_directory)}.log"));
        await Programs.WaitForPortAsync(_port);
        while (!await AnswersAsync()) await Task.Delay(100);
    }

    /// <summary>Ends all of its processes at once, in the middle of whatever they do.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        var lockFile = new FileInfo(Path.Combine(Data, "postmaster.pid"));
        if (lockFile.Exists)
        {
            var leader = (await File.ReadAllLinesAsync(lockFile.FullName))[0];
            await RunAsync(new("pkill", ["-KILL", "-P", leader]), mayFail: true);
            await RunAsync(new("kill", ["-KILL", leader]), mayFail: true);
        }
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Leaves no byte free on its volume.</summary>
    public async Task FillVolumeAsync()
    {
        if (!_isVolume) throw new InvalidOperationException("It has no volume of its own.");
        await using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            var zeros = new byte[4096];
            while (true) await file.WriteAsync(zeros);
        }
        catch (IOException)
        {
            // There is no room left.
        }
    }

    /// <summary>Gives the room back, and starts the server if it has ended, as whatever supervises it would.</summary>
    public async Task FreeVolumeAsync()
    {
        File.Delete(Ballast);
        if (_process is { IsAlive: true } && await AnswersAsync()) return;
        await KillAsync();
        await StartAgainAsync();
    }

    /// <summary>Takes every connection that the server has, those of others, too.</summary>
    /// <returns>Gives them back.</returns>
    public async Task<IAsyncDisposable> TakeConnectionsAsync()
    {
        var taken = new TakenConnections(ConnectionString);
        await taken.TakeAsync(MaximumConnections);
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_isVolume) await RunAsync(new("umount", [_directory]));
        Directory.Delete(_directory, recursive: true);
    }

    private string Data => Path.Combine(_directory, "data");

    private string Ballast => Path.Combine(_directory, "ballast");

    private string ConnectionString => $"Host=127.0.0.1;Port={_port};Username={User};Database=postgres;Pooling=false";

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static ProcessStartInfo Mount(int megabytes, string directory) =>
        new("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", directory]);

    private static bool TryMount()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return false;
        var directory = Directory.CreateTempSubdirectory("agent-management-volume-").FullName;
        try
        {
            RunAsync(Mount(1, directory)).GetAwaiter().GetResult();
            RunAsync(new("umount", [directory])).GetAwaiter().GetResult();
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
        finally
        {
            Directory.Delete(directory);
        }
    }

    private static ProcessStartInfo AsUser(string program, params string[] arguments)
    {
        var path = Program(program) ?? throw new FileNotFoundException($"{program} is not installed.");
        return Environment.IsPrivilegedProcess ? new("runuser", ["-u", User, "--", path, .. arguments]) : new(path, arguments);
    }

    /// <summary>One of PostgreSQL's programs; null when it is not installed.</summary>
    /// <remarks>Debian keeps them off the PATH, one folder for each version.</remarks>
    internal static string? Program(string name) => Programs.Find(
        name, Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending()
            .Select(version => Path.Combine(version, "bin")) : []);

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
