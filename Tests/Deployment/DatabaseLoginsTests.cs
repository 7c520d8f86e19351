using System.ComponentModel;
using System.Diagnostics;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;
using Dapper;
using Npgsql;

namespace AgentManagement.Tests.Deployment;

/// <summary>scripts/database-logins.sql on a real PostgreSQL: what a new installation starts with.</summary>
public sealed class DatabaseLoginsTests : IAsyncDisposable
{
    private readonly string _suffix = Guid.NewGuid().ToString("n");

    private string DatabaseName => $"logins_{_suffix}";

    private string OwnerName => $"owner_{_suffix}";

    private string ServiceName => $"service_{_suffix}";

    [Fact]
    public async Task The_owner_applies_the_schema_and_the_service_works_with_it_and_cannot_change_it()
    {
        Assert.Equal(0, await RunScriptAsync("o", "s"));
        await using (var owner = await OpenAsync(OwnerName, "o"))
        {
            Assert.NotEmpty(await new SchemaMigrator(owner).ApplyAsync());
        }
        await using var service = await OpenAsync(ServiceName, "s");
        await new SchemaMigrator(service).VerifyAsync();
        await using var connection = await service.Source.OpenConnectionAsync();
        Assert.Equal(0, await connection.QuerySingleAsync<long>("SELECT count(*) FROM grain_state"));
        foreach (var sql in new[] { "CREATE TABLE anything (n integer)", "DROP TABLE change_log", "UPDATE change_log SET actor = 'x'" })
        {
            var denied = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
        }
    }

    [Fact]
    public async Task It_may_be_run_again_and_not_without_a_password()
    {
        Assert.Equal(0, await RunScriptAsync("o", "s"));
        Assert.Equal(0, await RunScriptAsync("other", "other"));
        Assert.NotEqual(0, await RunScriptAsync("o", null));
    }

    [Fact]
    public async Task Strangers_do_not_get_into_the_database_and_neither_login_administers_the_server()
    {
        Assert.Equal(0, await RunScriptAsync("o", "s"));
        await using var server = NpgsqlDataSource.Create(PostgreSqlAddress.ToConnectionString(TestServers.PostgreSql));
        await using var connection = await server.OpenConnectionAsync();
        Assert.Equal(
            [false, true, true],
            await connection.QueryAsync<bool>(
                "SELECT has_database_privilege(name, @DatabaseName, 'CONNECT') FROM unnest(ARRAY['pg_monitor', @OwnerName, "
                    + "@ServiceName]) AS name",
                new { DatabaseName, OwnerName, ServiceName }));
        Assert.Equal(2, await connection.QuerySingleAsync<long>(
            "SELECT count(*) FROM pg_roles WHERE rolname IN (@OwnerName, @ServiceName) AND NOT (rolsuper OR rolcreaterole OR rolcreatedb "
                + "OR rolreplication)",
            new { OwnerName, ServiceName }));
    }

    public async ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("AGENT_MANAGEMENT_TEST_DATABASE_URL") is not { Length: > 0 }) return;
        NpgsqlConnection.ClearAllPools();
        await using var server = NpgsqlDataSource.Create(PostgreSqlAddress.ToConnectionString(TestServers.PostgreSql));
        await using var connection = await server.OpenConnectionAsync();
        await connection.ExecuteAsync($"DROP DATABASE IF EXISTS {DatabaseName} WITH (FORCE)");
        await connection.ExecuteAsync($"DROP ROLE IF EXISTS {OwnerName}, {ServiceName}");
    }

    private Task<Database> OpenAsync(string user, string password) => Database.OpenAsync(new DatabaseSettings
    {
        Url = new UriBuilder(TestServers.PostgreSql) { UserName = user, Password = password, Path = DatabaseName }.Uri,
    });

    private async Task<int> RunScriptAsync(string ownerPassword, string? servicePassword)
    {
        var start = new ProcessStartInfo(
            "psql",
            [
                "--no-psqlrc", "--no-password", "--quiet", "--set", $"database={DatabaseName}", "--set", $"owner={OwnerName}", "--set",
                $"service={ServiceName}",
                "--file", Repository.PathOf("scripts/database-logins.sql"), TestServers.PostgreSql.ToString(),
            ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OWNER_PASSWORD"] = ownerPassword;
        if (servicePassword is null) start.Environment.Remove("SERVICE_PASSWORD");
        else start.Environment["SERVICE_PASSWORD"] = servicePassword;
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Needs psql.");
        }
        using (process!)
        {
            await Task.WhenAll(
                process!.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), process.WaitForExitAsync());
            return process.ExitCode;
        }
    }
}
