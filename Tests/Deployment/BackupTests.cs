using System.Diagnostics;
using AgentManagement.Bench.Servers;
using Npgsql;

namespace AgentManagement.Tests.Deployment;

/// <summary>scripts/backup, run as an operator runs them.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-management-backup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The drill compares by itself, row by row, and fails on the first that differs.</summary>
    [Fact]
    public async Task What_was_acknowledged_is_back_after_a_loss_and_at_a_moment_before_it()
    {
        if (!PostgreSqlServer.IsInstalled) Assert.Skip("Needs PostgreSQL's server programs.");
        var (code, said) = await RunAsync(
            "drill.sh", "--megabytes", "1", "--seconds", "2", "--archive-timeout", "1", "--rpo", "600", "--rto", "600");
        Assert.True(code == 0, said);
        Assert.Matches(
            @"RPO [0-9.]+ s: [0-9]+ of [0-9]+ acknowledged rows were not archived\. RTO [0-9.]+ s: [0-9]+ rows are back\.", said);
        Assert.Matches("At .*: all [0-9]+ acknowledged rows, none besides, each with its hash", said);
        Assert.Contains("agent_management_backup_last_success_timestamp_seconds{kind=\"drill\"} ", await ReadMetricAsync("drill"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_archive_takes_a_file_again_and_never_another_under_its_name()
    {
        var segment = Path.Combine(_folder, "segment");
        await File.WriteAllTextAsync(segment, "written");
        Assert.Equal(0, (await RunAsync("archive.sh", segment, "000000010000000000000001")).Code);
        Assert.Equal(0, (await RunAsync("archive.sh", segment, "000000010000000000000001")).Code);

        await File.WriteAllTextAsync(segment, "another server's");
        var (code, said) = await RunAsync("archive.sh", segment, "000000010000000000000001");
        Assert.Equal(1, code);
        Assert.Contains("two servers archive into one folder", said, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("archive.sh", segment, "000000010000000000000002")).Code);
        Assert.NotEqual(0, (await RunAsync("archive.sh", Path.Combine(_folder, "missing"), "000000010000000000000003")).Code);
        Assert.Equal(
            ["000000010000000000000001.gz", "000000010000000000000002.gz"],
            Directory.GetFiles(Path.Combine(_folder, "wal"), "*.gz").Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_restore_overwrites_nothing_and_needs_a_backup_from_before_its_moment()
    {
        if (!PostgreSqlServer.IsInstalled) Assert.Skip("Needs PostgreSQL's server programs.");
        Directory.CreateDirectory(Path.Combine(_folder, "base", "20260102T000000Z"));
        Assert.Contains("is not empty", (await RunAsync("restore.sh", "--into", _folder)).Said, StringComparison.Ordinal);
        var (code, said) = await RunAsync("restore.sh", "--into", Path.Combine(_folder, "new"), "--to", "2026-01-01 23:59:59+00");
        Assert.Equal(1, code);
        Assert.Contains("no base backup from before", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "new")));
    }

    [Fact]
    public async Task Of_the_base_backups_those_stay_that_thirty_days_are_restored_from()
    {
        if (!PostgreSqlServer.IsInstalled) Assert.Skip("Needs PostgreSQL's server programs.");
        string[] ages = [.. new[] { 60, 31, 29, 0 }.Select(days => $"{DateTime.UtcNow.AddDays(-days):yyyyMMdd'T'HHmmss'Z'}")];
        for (var index = 0; index < ages.Length; index++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder, "base", ages[index])).FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "first-segment"), $"00000001000000000000000{(index * 2) + 1}\n");
        }
        Directory.CreateDirectory(Path.Combine(_folder, "wal"));
        for (var number = 1; number < 9; number++) await File.WriteAllTextAsync(
            Path.Combine(_folder, "wal", $"00000001000000000000000{number}.gz"), "");

        var (code, said) = await RunAsync("prune.sh");
        Assert.True(code == 0, said);

        // The one of 31 days ago is what the thirtieth day is restored from, with the log from its beginning on.
        Assert.Equal(ages[1..], Directory.GetDirectories(Path.Combine(_folder, "base")).Select(Path.GetFileName).Order());
        Assert.Equal(
            Enumerable.Range(3, 6).Select(number => $"00000001000000000000000{number}.gz"),
            Directory.GetFiles(Path.Combine(_folder, "wal")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task How_long_the_log_waits_is_measured_with_no_more_than_the_documented_settings()
    {
        if (!PostgreSqlServer.IsInstalled) Assert.Skip("Needs PostgreSQL's server programs.");
        await using var server = await PostgreSqlServer.StartAsync();
        var settings = await MakeLogInAsync(server);
        var (code, said) = await RunAsync("measure.sh", settings);
        Assert.True(code == 0, said);
        Assert.Contains(
            "\nagent_management_backup_wal_waiting_seconds 0\n", await ReadMetricAsync("wal_waiting"), StringComparison.Ordinal);
        Assert.Contains(
            "\nagent_management_backup_measured_timestamp_seconds ", await ReadMetricAsync("measured"), StringComparison.Ordinal);

        // What could not be seen is told by the exit code and by a time that stays as it was.
        File.Delete(Path.Combine(_folder, "metrics", "agent_management_backup_measured.prom"));
        await server.KillAsync();
        Assert.NotEqual(0, (await RunAsync("measure.sh", settings)).Code);
        Assert.False(File.Exists(Path.Combine(_folder, "metrics", "agent_management_backup_measured.prom")));
    }

    /// <summary>Here nothing archives, so what is not in the backup itself is nowhere.</summary>
    [Fact]
    public async Task A_base_backup_brings_the_log_that_it_needs_and_is_made_with_no_more_than_the_documented_settings()
    {
        if (!PostgreSqlServer.IsInstalled) Assert.Skip("Needs PostgreSQL's server programs.");
        await using var server = await PostgreSqlServer.StartAsync();
        var (code, said) = await RunAsync("base.sh", await MakeLogInAsync(server));
        Assert.True(code == 0, said);
        Assert.Contains("{kind=\"base\"} ", await ReadMetricAsync("base"), StringComparison.Ordinal);

        var backup = Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "base")));
        Assert.True(
            File.Exists(Path.Combine(backup, "pg_wal.tar.gz")), "The log is a part of the base, which is how it is fetched at the end.");
        var first = (await File.ReadAllTextAsync(Path.Combine(backup, "first-segment"))).Trim();
        var restored = Path.Combine(_folder, "restored");
        (code, said) = await RunAsync("restore.sh", "--into", restored);
        Assert.True(code == 0, said);
        Assert.True(File.Exists(Path.Combine(restored, "pg_wal", first)), $"{first} is not there.");
    }

    [Fact]
    public async Task A_snapshot_of_redis_is_whole_and_what_is_none_is_told()
    {
        if (!RedisServer.IsInstalled) Assert.Skip("Needs redis-server, which ./test installs where it may.");
        await using var redis = await RedisServer.StartAsync();
        var (code, said) = await RunAsync("redis.sh", [("REDIS_URI", redis.Address.ToString())]);
        Assert.True(code == 0, said);
        var snapshot = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "redis")));
        Assert.Equal("REDIS"u8.ToArray(), (await File.ReadAllBytesAsync(snapshot))[..5]);
        Assert.Contains("{kind=\"redis\"} ", await ReadMetricAsync("redis"), StringComparison.Ordinal);

        await redis.KillAsync();
        Assert.NotEqual(0, (await RunAsync("redis.sh", [("REDIS_URI", redis.Address.ToString())])).Code);
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "redis")));
    }

    private async Task<string> ReadMetricAsync(string kind) =>
        await File.ReadAllTextAsync(Path.Combine(_folder, "metrics", $"agent_management_backup_{kind}.prom"));

    // A log-in as docs/operations.md describes it, and the variables that it names; the port is the test's.
    private static async Task<(string, string)[]> MakeLogInAsync(PostgreSqlServer server)
    {
        await using var connection = new NpgsqlConnection(Silo.Storage.PostgreSqlAddress.ToConnectionString(server.Address));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("CREATE ROLE archivist LOGIN REPLICATION; GRANT pg_monitor TO archivist", connection);
        await command.ExecuteNonQueryAsync();
        return [("PGHOST", server.Address.Host), ("PGPORT", $"{server.Address.Port}"), ("PGUSER", "archivist")];
    }

    private Task<(int Code, string Said)> RunAsync(string script, params string[] arguments) => RunAsync(script, [], arguments);

    private async Task<(int Code, string Said)> RunAsync(string script, (string Name, string Value)[] variables, params string[] arguments)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "metrics"));
        var start = new ProcessStartInfo("bash", [Repository.PathOf($"scripts/backup/{script}"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["BACKUP_DIRECTORY"] = _folder;
        start.Environment["BACKUP_METRICS_DIRECTORY"] = Path.Combine(_folder, "metrics");
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
