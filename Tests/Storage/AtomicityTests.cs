using Dapper;

namespace AgentManagement.Tests.Storage;

/// <summary>A change that fails in any of its parts leaves nothing behind, in the database or in memory.</summary>
public sealed class AtomicityTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    public static TheoryData<string, string> Parts
    {
        get
        {
            var parts = new TheoryData<string, string>();
            foreach (var kind in new[] { "sqlite", "postgresql" })
            {
                foreach (var table in new[] { "grain_state", "change_log", "agent_version", "agent_index", "idempotency" })
                {
                    parts.Add(kind, table);
                }
            }
            return parts;
        }
    }

    [Theory, MemberData(nameof(Parts))]
    public async Task A_change_whose_part_fails_never_was(string kind, string failing)
    {
        var silo = await silos.OfAsync(kind);
        await silo.Tenant(_tenant).ApplyAsync("bot", new CreateAgent(Sample.Content()));
        var before = await SnapshotAsync(silo);

        await FailAsync(silo, kind, failing);
        var replacement = new ReplaceAgent(Sample.Content(text: "Other.")) { Options = new() { Idempotency = new("key", "print") } };
        await Assert.ThrowsAnyAsync<Exception>(() => silo.Tenant(_tenant).ApplyAsync("bot", replacement));

        Assert.Equal(before, await SnapshotAsync(silo));
        Assert.Equal(1, (await silo.Agent(_tenant, "bot").GetAsync()).Value!.Version);

        await RecoverAsync(silo, kind, failing);
        var retried = await silo.Tenant(_tenant).ApplyAsync("bot", replacement);
        Assert.Equal(2, retried.Value!.Agent!.Version);
        Assert.Equal(1, (await silo.Tenant(_tenant).GetAsync()).Usage.Agents);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_row_of_the_log_is_never_changed_or_deleted_by_the_service(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await silo.Tenant(_tenant).ApplyAsync("bot", new CreateAgent(Sample.Content()));
        await silo.Tenant(_tenant).ApplyAsync("bot", new ArchiveAgent());
        await silo.Tenant(_tenant).ApplyAsync("bot", new PurgeAgent());
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        Assert.Equal(
            ["agent_created", "agent_archived", "agent_purged"],
            await connection.QueryAsync<string>(
                "SELECT kind FROM change_log WHERE tenant_id = @_tenant ORDER BY revision", new { _tenant }));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM agent_version WHERE tenant_id = @_tenant", new { _tenant }));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM agent_index WHERE tenant_id = @_tenant", new { _tenant }));
    }

    private static async Task<string> SnapshotAsync(TestSilo silo)
    {
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        var rows = new List<string>();
        foreach (var table in new[] { "grain_state", "tenant", "change_log", "agent_version", "agent_index", "agent_term", "idempotency" })
        {
            var contents = await connection.QueryAsync($"SELECT * FROM {table}");
            rows.AddRange(contents.Select(row => $"{table}: {string.Join("|", ((IDictionary<string, object?>)row).Select(Show))}"));
        }
        return string.Join('\n', rows);

        static string Show(KeyValuePair<string, object?> cell) =>
            $"{cell.Key}={(cell.Value is byte[] bytes ? Convert.ToHexString(bytes) : cell.Value)}";
    }

    private static async Task FailAsync(TestSilo silo, string kind, string table)
    {
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        if (kind == "sqlite")
        {
            await connection.ExecuteAsync($"CREATE TRIGGER broken_i BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk full'); END");
            await connection.ExecuteAsync($"CREATE TRIGGER broken_u BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'disk full'); END");
            return;
        }
        await connection.ExecuteAsync(
            "CREATE OR REPLACE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$");
        await connection.ExecuteAsync($"CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION broken()");
    }

    private static async Task RecoverAsync(TestSilo silo, string kind, string table)
    {
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(kind == "sqlite"
            ? "DROP TRIGGER broken_i; DROP TRIGGER broken_u" : $"DROP TRIGGER broken ON {table}");
    }
}
