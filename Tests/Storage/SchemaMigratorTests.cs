using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;
using AgentManagement.Tasks;
using Dapper;
using Npgsql;

namespace AgentManagement.Tests.Storage;

public sealed class SchemaMigratorTests
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Two_processes_that_start_at_once_apply_each_script_once(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var opened = await OpenAsync(database);
            return await new SchemaMigrator(opened).ApplyAsync();
        }));
        Assert.Equal(["0001_schema"], applied.SelectMany(names => names));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_empty_database_is_refused_where_nothing_may_be_applied(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var opened = await OpenAsync(database);
        var refusal = await Assert.ThrowsAsync<SchemaException>(() => new SchemaMigrator(opened).VerifyAsync());
        Assert.Contains("./run migrate", refusal.Message, StringComparison.Ordinal);
        var told = new List<(int Done, int Total)>();
        var applied = await new SchemaMigrator(opened).ApplyAsync((done, total) => told.Add((done, total)));
        Assert.Equal(Enumerable.Range(1, applied.Count).Select(done => (done, applied.Count)), told);
        await new SchemaMigrator(opened).VerifyAsync();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_database_newer_than_the_program_is_refused(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var opened = await OpenAsync(database);
        await new SchemaMigrator(opened).ApplyAsync();
        await ExecuteAsync(opened, "INSERT INTO schema_version (version, name, checksum, applied_at) VALUES (99, 'later', 'x', 'x')");
        Assert.Contains("newer", (await Assert.ThrowsAsync<SchemaException>(() => new SchemaMigrator(opened).ApplyAsync())).Message,
            StringComparison.Ordinal);
        Assert.Contains("newer", (await Assert.ThrowsAsync<SchemaException>(() => new SchemaMigrator(opened).VerifyAsync())).Message,
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_script_changed_after_its_use_is_refused(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var opened = await OpenAsync(database);
        await new SchemaMigrator(opened).ApplyAsync();
        await ExecuteAsync(opened, "UPDATE schema_version SET checksum = 'other'");
        await Assert.ThrowsAsync<SchemaException>(() => new SchemaMigrator(opened).ApplyAsync());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_database_of_before_the_first_release_is_refused_with_what_to_do(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var opened = await OpenAsync(database);
        await new SchemaMigrator(opened).ApplyAsync();
        await ExecuteAsync(opened, "UPDATE schema_version SET name = '0001_initial', checksum = 'other'");
        var refusal = await Assert.ThrowsAsync<SchemaException>(() => new SchemaMigrator(opened).ApplyAsync());
        Assert.Contains("./run export", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("./run import", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_role_does_all_its_work_and_cannot_touch_the_log()
    {
        await using var database = await TestDatabase.CreateAsync("postgresql");
        await using (var owner = await OpenAsync(database)) await new SchemaMigrator(owner).ApplyAsync();
        var login = $"login_{Guid.NewGuid():n}";
        await using (var owner = await OpenAsync(database))
        {
            await ExecuteAsync(owner, $"CREATE ROLE {login} LOGIN PASSWORD 'pw' IN ROLE agent_management_service");
        }
        try
        {
            await using var silo = await TestSilo.StartAsync(database.As(login, "pw"), mayApplySchema: false);
            AgentCommand[] commands =
            [
                new CreateAgent(Sample.Content()) { Options = new() { Idempotency = new("k", "f") } }, new ActivateAgent(null),
                new ArchiveAgent(), new RestoreAgent(), new RollbackAgent(1, null),
                new ArchiveAgent(), new PurgeAgent(),
            ];
            foreach (var command in commands)
            {
                var outcome = await silo.Tenant("acme").ApplyAsync("bot", command);
                Assert.True(outcome.IsOk, $"{command}: {outcome.Detail}");
            }
            var task = silo.Grains.GetGrain<ITaskGrain>(GrainKeys.Task("acme", TaskId.New()));
            var upload = TaskId.New();
            await silo.Grains.GetGrain<ITaskGrain>(GrainKeys.Task("acme", upload))
                .AddLinesAsync(new(0, Sample.Content(id: "imported").Text));
            await task.StartAsync(new ImportAgents(upload, 1));
            await Await.Until(async () => (await task.GetAsync()).Value!.Status == TaskStatusName.Completed, "the import is done");
            await new SqlTaskStore(silo.Database).DeleteEndedAsync(DateTimeOffset.UtcNow);
            foreach (var sql in new[] { "UPDATE change_log SET actor = 'x'", "DELETE FROM change_log", "TRUNCATE change_log",
                "DROP TABLE change_log" })
            {
                var denied = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(silo.Database, sql));
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
            }
        }
        finally
        {
            await using var owner = await OpenAsync(database);
            await ExecuteAsync(owner, $"DROP ROLE {login}");
        }
    }

    private static Task<Database> OpenAsync(TestDatabase database) =>
        Database.OpenAsync(new DatabaseSettings { Url = database.Url, Directory = database.Directory });

    private static async Task ExecuteAsync(Database database, string sql)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }
}
