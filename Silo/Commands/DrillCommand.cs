using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using AgentManagement.Client.Hosting;

namespace AgentManagement.Silo.Commands;

/// <summary><c>drill</c>: scripts/backup/drill.sh, which loses a database of its own and restores it.</summary>
internal static class DrillCommand
{
    private const string Script = "drill.sh";

    public static Command Create()
    {
        var scripts = new Option<DirectoryInfo?>("--scripts") { Description = "The folder of drill.sh; otherwise scripts/backup beside or above this program" };
        Option<int>[] figures =
        [
            Figure("--megabytes", "Of rows before the base backup, 10", 1),
            Figure("--seconds", "That rows are written for after it, at least, 60", 1),
            Figure("--archive-timeout", "PostgreSQL's archive_timeout, in seconds, 30", 1),
            Figure("--rpo", "Fails when more seconds are lost, 60", 0),
            Figure("--rto", "Fails when it is back after more seconds, 120", 0),
        ];
        var command = new Command("drill", "Loses a database of its own, restores it from its backup, and says what was lost and how long it took; needs PostgreSQL's programs") { scripts };
        foreach (var figure in figures) command.Add(figure);
        command.SetAction((parsed, _) => Running.RunAsync(() => RunAsync(
            parsed.GetValue(scripts) ?? FindScripts(AppContext.BaseDirectory),
            [.. figures.Where(figure => parsed.GetResult(figure) is { Implicit: false })
                .SelectMany(figure => (string[])[figure.Name, parsed.GetValue(figure).ToString(CultureInfo.InvariantCulture)])])));
        return command;
    }

    /// <param name="folder">Where the script is; null for nowhere.</param>
    /// <param name="arguments">The script's.</param>
    /// <returns>The script's exit code: 0 within RPO and RTO.</returns>
    /// <exception cref="SettingsException">The script or its shell is not here.</exception>
    internal static async Task<int> RunAsync(DirectoryInfo? folder, IReadOnlyList<string> arguments)
    {
        if (folder is null || !File.Exists(Path.Combine(folder.FullName, Script)))
        {
            throw new SettingsException(
                $"There is no {Script} in {folder?.FullName ?? "scripts/backup above this program"}: the image has none. Run it where backups are made, with --scripts and its folder.");
        }
        using var script = Start(Path.Combine(folder.FullName, Script), arguments);
        // A terminal tells both; whoever stops this one by itself means both. The script takes its server down first.
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            using var kill = Process.Start("kill", ["-TERM", script.Id.ToString(CultureInfo.InvariantCulture)]);
        });
        await script.WaitForExitAsync();
        return script.ExitCode;
    }

    /// <summary>The folder scripts/backup of the repository that a program is in; null when it is in none.</summary>
    internal static DirectoryInfo? FindScripts(string program)
    {
        for (var folder = new DirectoryInfo(program); folder is not null; folder = folder.Parent)
        {
            var scripts = new DirectoryInfo(Path.Combine(folder.FullName, "scripts", "backup"));
            if (File.Exists(Path.Combine(scripts.FullName, Script))) return scripts;
        }
        return null;
    }

    // What it says goes where this program's own words go.
    private static Process Start(string path, IReadOnlyList<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("bash", [path, .. arguments]))!;
        }
        catch (Win32Exception)
        {
            throw new SettingsException("The drill needs bash, which is not here.");
        }
    }

    private static Option<int> Figure(string name, string description, int least)
    {
        var option = new Option<int>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least))
            {
                result.AddError($"{name} must be a whole number from {least} on.");
            }
        });
        return option;
    }
}
