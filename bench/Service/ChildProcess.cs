using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentManagement.Bench.Service;

/// <summary>A program that an experiment starts, stops, kills and freezes; it never outlives the experiment.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>Before each line of standard error in the log.</summary>
    public const string StandardErrorMark = "standard error: ";

    private readonly Process _process;
    private readonly TextWriter _log;

    private ChildProcess(Process process, TextWriter log)
    {
        (_process, _log) = (process, log);
        _process.OutputDataReceived += (_, line) => _log.WriteLine(line.Data);
        _process.ErrorDataReceived += (_, line) => _log.WriteLine(line.Data is { Length: > 0 } text ? StandardErrorMark + text : "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    /// <summary>Whether the process runs.</summary>
    public bool IsAlive => !_process.HasExited;

    /// <summary>Its number in the system.</summary>
    public int Id => _process.Id;

    /// <summary>What it holds in memory.</summary>
    public long MemoryBytes()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>Its open files and connections; 0 where the system does not tell.</summary>
    public int CountHandles() => Directory.Exists($"/proc/{_process.Id}/fd")
        ? Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length : 0;

    /// <summary>Starts a program.</summary>
    /// <param name="start">Program, arguments, folder and environment.</param>
    /// <param name="logPath">Where its output is added.</param>
    public static ChildProcess Start(ProcessStartInfo start, string logPath)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var log = TextWriter.Synchronized(new StreamWriter(
            new FileStream(logPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        { AutoFlush = true });
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        return new(process, log);
    }

    /// <summary>A .NET program, with none of the service's settings inherited.</summary>
    public static ProcessStartInfo DotNet(
        string assembly, string directory, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [assembly, .. arguments])
        {
            WorkingDirectory = directory,
        };
        foreach (var name in ServiceVariables) start.Environment.Remove(name);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return start;
    }

    /// <summary>Ends the process at once (SIGKILL), without waiting for it.</summary>
    public void Kill()
    {
        if (IsAlive) _process.Kill();
    }

    /// <summary>Ends the process at once (SIGKILL): nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks the process to end (SIGTERM) and waits until it has.</summary>
    /// <returns>Whether it ended in time; otherwise it has been killed.</returns>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        await SignalAsync("TERM");
        try
        {
            using var limit = new CancellationTokenSource(patience);
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            return false;
        }
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="OperationCanceledException">It did not end in time.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal, such as STOP and CONT.</summary>
    public async Task SignalAsync(string signal)
    {
        if (!IsAlive) return;
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        await KillAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    /// <summary>
    /// A port that nothing listens on, below those that a system gives to outgoing connections: one of them could have it before
    /// the program that it is for, or while that is killed.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    private static readonly string[] ServiceVariables =
    [
        "DATABASE_URL", "REDIS_URI", "ENVIRONMENT", "ASPNETCORE_URLS", "MAX_AGENTS_PER_TENANT", "POD_IP", "SILO_PORT",
        "SILO_GATEWAY_PORT", "CLUSTER_ID", "SILO_COUNT",
    ];

    private void KillAtExit(object? sender, EventArgs arguments)
    {
        if (IsAlive) _process.Kill();
    }
}
