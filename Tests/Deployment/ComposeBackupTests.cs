using System.Diagnostics;
using AgentManagement.Bench.Servers;
using Npgsql;

namespace AgentManagement.Tests.Deployment;

/// <summary>
/// The backups of docker-compose.yml: a PostgreSQL with the same arguments, and what its services `backup` and `redis-backup` run.
/// </summary>
public sealed class ComposeBackupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-management-compose-backup-").FullName;

    private string Scripts => Path.Combine(_folder, "scripts");

    private string Backup => Path.Combine(_folder, "backup");

    private string Metrics => Path.Combine(Backup, "metrics");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_database_archives_and_is_copied_by_a_log_in_that_needs_its_password()
    {
        if (!PostgreSqlServer.IsInstalled) Assert.Skip("Needs PostgreSQL's server programs.");
        CopyScripts();
        await using var server = await PostgreSqlServer.StartAsync(options: ServerOptions());
        (string, string)[] login = [("PGHOST", server.Address.Host), ("PGPORT", $"{server.Address.Port}"), ("PGPASSWORD", Compose.Secret)];
        var (code, said) = await RunAsync("psql", [.. login, ("BACKUP_PASSWORD", Compose.Secret)], "-X", "-q", "-U", "postgres", "-f",
            Path.Combine(Scripts, "login.sql"));
        Assert.True(code == 0, said);

        login = [.. login, ("PGUSER", Compose.Services["backup"]!["environment"]!["PGUSER"]!.ToString())];
        string[] scheduled = [.. Compose.Words(Compose.Services["backup"]!["command"])[2..]
            .Where(word => !word.StartsWith("drill", StringComparison.Ordinal))];
        Assert.NotEqual(0, (await ScheduleAsync([.. login, ("PGPASSWORD", "another")], scheduled)).Code);
        Assert.Empty(Directory.GetDirectories(Path.Combine(Backup, "base")));
        (code, said) = await ScheduleAsync(login, scheduled);
        Assert.True(code == 0, said);
        var backup = Assert.Single(Directory.GetDirectories(Path.Combine(Backup, "base")));
        Assert.True(File.Exists(Path.Combine(Metrics, "agent_management_backup_measured.prom")));

        var first = (await File.ReadAllTextAsync(Path.Combine(backup, "first-segment"))).Trim();
        await SwitchLogAsync(server);
        await Await.Until(() => File.Exists(Path.Combine(Backup, "wal", $"{first}.gz")), "the log is archived");
    }

    [Fact]
    public async Task What_is_due_is_run_and_a_failure_keeps_nothing_else_from_it()
    {
        Directory.CreateDirectory(Scripts);
        Directory.CreateDirectory(Metrics);
        foreach (var name in (string[])["schedule.sh", "common.sh"])
        {
            File.Copy(Repository.PathOf($"scripts/backup/{name}"), Path.Combine(Scripts, name));
        }
        await WriteScriptAsync("base", "exit 1");
        await WriteScriptAsync("drill", "succeeded drill; echo drilled");
        await WriteScriptAsync("measure", "gauge agent_management_backup_measured x 1; echo measured");

        var (code, said) = await ScheduleAsync([], "base=86400", "drill=2592000", "measure=60");
        Assert.Equal((1, "base.sh failed.|drilled|measured"), (code, Lines(said)));
        (code, said) = await ScheduleAsync([], "base=86400", "drill=2592000", "measure=60");
        Assert.Equal((1, "base.sh failed."), (code, Lines(said)));

        File.SetLastWriteTimeUtc(Path.Combine(Metrics, "agent_management_backup_measured.prom"), DateTime.UtcNow.AddSeconds(-60));
        File.SetLastWriteTimeUtc(Path.Combine(Metrics, "agent_management_backup_drill.prom"), DateTime.UtcNow.AddDays(-29));
        (code, said) = await ScheduleAsync([], "drill=2592000", "measure=60");
        Assert.Equal((0, "measured"), (code, Lines(said)));
    }

    [Theory, InlineData("base"), InlineData("base=0"), InlineData("restore=60"), InlineData("")]
    public async Task What_is_no_schedule_is_refused(string entry)
    {
        var (code, said) = await RunAsync(
            "bash", [("BACKUP_METRICS_DIRECTORY", _folder)], Repository.PathOf("scripts/backup/schedule.sh"), "--once", entry);
        Assert.Equal(64, code);
        Assert.StartsWith("usage: ", said, StringComparison.Ordinal);
    }

    private void CopyScripts()
    {
        Directory.CreateDirectory(Scripts);
        Directory.CreateDirectory(Metrics);
        Directory.CreateDirectory(Path.Combine(Backup, "base"));
        foreach (var file in Directory.GetFiles(Repository.PathOf("scripts/backup")))
        {
            File.Copy(file, Path.Combine(Scripts, Path.GetFileName(file)));
        }
        // The server runs as another user where the tests are root.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            File.SetUnixFileMode(Backup, (UnixFileMode)0b111_111_111);
        }
    }

    /// <summary>The arguments that Compose gives the server, with archiving on and the paths of this machine.</summary>
    private string[] ServerOptions()
    {
        var hba = Path.Combine(_folder, "pg_hba.conf");
        // An image makes its administrator with a password; the test's has none.
        File.WriteAllText(hba, $"host all postgres 127.0.0.1/32 trust\n{Repository.Read("scripts/pg_hba.conf")}");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(hba, File.GetUnixFileMode(hba) | UnixFileMode.OtherRead);
        var words = Compose.Words(Compose.Services["postgres"]!["command"]);
        Assert.Equal("postgres", words[0]);
        return
        [
            .. words[1..].Select(word => word
                .Replace("archive_mode=off", "archive_mode=on", StringComparison.Ordinal)
                .Replace("/etc/postgresql/pg_hba.conf", hba, StringComparison.Ordinal)
                .Replace("=/scripts/backup/", $"=BACKUP_DIRECTORY={Backup} {Scripts}/", StringComparison.Ordinal)),
        ];
    }

    private static async Task SwitchLogAsync(PostgreSqlServer server)
    {
        await using var connection = new NpgsqlConnection(Silo.Storage.PostgreSqlAddress.ToConnectionString(server.Address));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_switch_wal()", connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task WriteScriptAsync(string name, string text)
    {
        var path = Path.Combine(Scripts, $"{name}.sh");
        await File.WriteAllTextAsync(path, $"#!/usr/bin/env bash\n. \"$(dirname \"$0\")/common.sh\"\n{text}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static string Lines(string said) => string.Join('|', said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());

    private Task<(int Code, string Said)> ScheduleAsync((string, string)[] variables, params string[] entries) => RunAsync(
        "bash", [.. variables, ("BACKUP_DIRECTORY", Backup), ("BACKUP_METRICS_DIRECTORY", Metrics)],
        [Path.Combine(Scripts, "schedule.sh"), "--once", .. entries]);

    private static async Task<(int Code, string Said)> RunAsync(
        string program, (string Name, string Value)[] variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
