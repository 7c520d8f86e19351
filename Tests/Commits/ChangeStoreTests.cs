using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Silo.Commits;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Templates;
using Dapper;
using Npgsql;

namespace AgentManagement.Tests.Commits;

/// <summary>What becomes of changes that are committed together, when one of them or the database fails.</summary>
public sealed class ChangeStoreTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task One_that_cannot_be_written_fails_alone(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await using (var connection = await silo.Database.Source.OpenConnectionAsync())
        {
            await connection.ExecuteAsync(kind == "sqlite"
                ? $"""
                CREATE TRIGGER poison BEFORE INSERT ON agent_version WHEN NEW.tenant_id = '{_tenant}' AND NEW.agent_id = 'bot-7'
                BEGIN SELECT RAISE(ABORT, 'no'); END
                """
                : $"ALTER TABLE agent_version ADD CHECK (tenant_id <> '{_tenant}' OR agent_id <> 'bot-7')");
        }
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => TryAsync(silo, $"bot-{number}")));
        Assert.Equal([7], outcomes.Index().Where(outcome => outcome.Item is not null).Select(outcome => outcome.Index));
        Assert.Equal((19, 19L), await CountAsync(silo));
    }

    [Fact]
    public async Task A_lost_connection_in_the_middle_loses_and_doubles_nothing()
    {
        var silo = await silos.OfAsync("postgresql");
        Assert.Null(await TryAsync(silo, "first"));
        await using var other = (NpgsqlConnection)await silo.Database.Source.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("SELECT * FROM tenant FOR UPDATE", transaction: transaction);
        var writing = Task.WhenAll(Enumerable.Range(0, 10).Select(number => TryAsync(silo, $"bot-{number}")));
        await Await.Until(() => WaitersAsync(silo, "pg_terminate_backend(pid)"), "a commit waits, and its connection is cut");
        await transaction.CommitAsync();

        Assert.All(await writing, Assert.Null);
        Assert.Equal((11, 11L), await CountAsync(silo));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_change_whose_answer_was_lost_is_found_in_the_log(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        var batch = new ChangeBatch(connection, "agent-management", fence: null, TimeProvider.System);
        var (one, two) = (NewChange("one"), NewChange("two"));
        Assert.Equal([new(WriteResult.Written, 1)], await batch.CommitAsync([one], isRepeated: false));
        Assert.Equal([new(WriteResult.Written, 1), new(WriteResult.Written, 2)], await batch.CommitAsync([one, two], isRepeated: true));
        Assert.Equal((2, 2L), await CountAsync(silo));
    }

    [Fact]
    public async Task Tenants_are_locked_in_the_order_of_their_keys_so_that_silos_cannot_wait_for_each_other()
    {
        var silo = await silos.OfAsync("postgresql");
        await using var connection = (NpgsqlConnection)await silo.Database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "INSERT INTO tenant (tenant_id, creates_on) SELECT 'tenant-' || n, DATE '2026-01-01' FROM generate_series(1, 300) AS n");
        await using var transaction = await connection.BeginTransactionAsync();
        string[] asked = [.. Enumerable.Range(1, 64).Select(number => $"tenant-{number * 37 % 300}")];
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(ChangeSql.Tenants.ForPostgreSql(asked));
        var locked = new List<string>();
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            // A row is locked as it is read.
            while (await reader.ReadAsync()) locked.Add(reader.GetString(0));
        }
        Assert.Equal(asked.Order(StringComparer.Ordinal), locked);
    }

    [Fact]
    public async Task More_than_may_wait_is_refused_and_nothing_of_the_rest_is_lost()
    {
        var silo = await silos.OfAsync("postgresql");
        Assert.Null(await TryAsync(silo, "first"));
        await using var other = await silo.Database.Source.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("SELECT * FROM tenant FOR UPDATE", transaction: transaction);
        await using var queue = new CommitQueue(silo.Database, "agent-management", fence: null, TimeProvider.System);
        var waiting = Enumerable.Range(0, 2_200).Select(number => queue.CommitAsync(NewChange($"bot-{number}"))).ToList();
        var refused = waiting.Where(change => change.IsCompleted).ToList();
        Assert.InRange(refused.Count, 100, 200);
        await transaction.CommitAsync();

        var results = await Task.WhenAll(waiting);
        Assert.Equal(refused.Count, results.Count(result => result.Result == WriteResult.Overloaded));
        Assert.Equal(2_200 - refused.Count, results.Count(result => result.Result == WriteResult.Written));
        Assert.Equal(2_201L - refused.Count, (await CountAsync(silo)).Revision);
    }

    [Fact]
    public async Task Silos_that_write_to_the_same_tenants_never_lock_each_other_out()
    {
        var (one, two) = (await silos.OfAsync("postgresql"), await silos.OfAsync("postgresql", "two"));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 400).Select(number => TryAsync(
            number % 2 == 0 ? one : two, $"bot-{number}", $"{_tenant}-{(number % 2 == 0 ? number : 400 - number) % 10}")));
        Assert.All(outcomes, Assert.Null);
        await using var connection = await one.Database.Source.OpenConnectionAsync();
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
    }

    [Fact]
    public async Task A_change_touches_no_index_that_it_does_not_change()
    {
        await using var silo = await TestSilo.StartAsync("postgresql");
        for (var round = 0; round < 50; round++)
        {
            var text = $"Round {round}.";
            await Task.WhenAll(Enumerable.Range(0, 20).Select(number => WriteAsync(number, text)));
        }
        await Await.Until(
            async () =>
            {
                // The server tells what a connection did with a commit that comes a second later, or after ten of idleness.
                await WriteAsync(0, $"More {Guid.NewGuid()}.");
                var tables = await UpdatesAsync(silo);
                return tables.Count == 3 && tables.Where(table => table.Name != "tenant").All(table => table.Updates >= 900)
                    && tables.All(table => table.Hot >= table.Updates * 0.95);
            },
            "all but a few updates are within their page");

        Task WriteAsync(int number, string text) =>
            silo.Tenant("acme").ApplyAsync($"bot-{number}", new ReplaceAgent(Sample.Content(text: text)));
    }

    [Fact]
    public async Task A_commit_reads_no_table_from_end_to_end_though_each_had_few_rows_when_it_was_planned()
    {
        await using var data = await TestDatabase.CreateAsync("postgresql");
        await data.ApplySchemaAsync();
        await using (var written = await data.OpenAsync())
        {
            await using var other = await written.Source.OpenConnectionAsync();
            await using var queue = new CommitQueue(written, "agent-management", fence: null, TimeProvider.System);
            for (var number = 0; number < 100; number++)
            {
                var change = NewChange("bot", $"{_tenant}-{number}");
                var entry = change.Entry with
                {
                    Search = change.Entry.Search! with { Tags = SearchKeys.Join(["some"]) },
                    IdempotencyKey = "key",
                    Fingerprint = "print",
                };
                Assert.Equal(WriteResult.Written, (await queue.CommitAsync(change with { Entry = entry })).Result);
                // Now it is known that they are small, and what was planned before is planned anew.
                if (number == 5) await other.ExecuteAsync("ANALYZE;");
            }
        }
        await using var database = await data.OpenAsync();
        await using var connection = await database.Source.OpenConnectionAsync();
        await Await.Until(async () => await SumAsync("n_tup_ins", "= 'change_log'") == 100, "the commits are in the statistics");
        Assert.Equal(0, await SumAsync("seq_tup_read", "<> 'schema_version'"));
        // The tenants' rows, twice; other keys are not there yet.
        Assert.Equal(200, await connection.ExecuteScalarAsync<long>("SELECT CAST(sum(idx_tup_read) AS bigint) FROM pg_stat_user_indexes"));

        Task<long> SumAsync(string column, string table) => connection.ExecuteScalarAsync<long>(
            $"SELECT CAST(sum({column}) AS bigint) FROM pg_stat_user_tables WHERE relname {table}");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_version_that_a_hand_off_names_is_kept_for_as_long_as_it_does(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await WriteAsync("target", 0);
        await silo.Tenant(_tenant).ApplyAsync("referrer", new CreateAgent(Given.Content(
            content => content["config"]!["handoffs"] = JsonNode.Parse("""[{"agentId":"target","version":1}]"""))));
        await SweepAsync();
        Assert.True((await silo.Agent(_tenant, "target").GetVersionAsync(1)).IsOk);
        Assert.Equal(OutcomeKind.NotFound, (await silo.Agent(_tenant, "target").GetVersionAsync(2)).Kind);

        await silo.Tenant(_tenant).ApplyAsync("referrer", new ReplaceAgent(Given.Content()));
        await SweepAsync();
        Assert.Equal(OutcomeKind.NotFound, (await silo.Agent(_tenant, "target").GetVersionAsync(1)).Kind);

        // free keeps 20 versions.
        async Task SweepAsync()
        {
            for (var number = 1; number < 22; number++) await WriteAsync("target", number);
            await silo.Services.GetRequiredService<VersionRetention>().SweepAsync();
        }

        Task WriteAsync(string id, int number) => silo.Tenant(_tenant, tier: "free")
            .ApplyAsync(id, new ReplaceAgent(Given.Content(content => content["description"] = $"Edit {number}.")));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_bytes_of_kept_versions_are_counted(string kind)
    {
        var silo = await silos.OfAsync(kind);
        for (var number = 0; number < 25; number++)
        {
            await silo.Tenant(_tenant, tier: "free").ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: $"Höre {number}.")));
        }
        await silo.Tenant(_tenant).ApplyAsync("gone", new CreateAgent(Sample.Content()));
        await silo.Tenant(_tenant).ApplyTemplateAsync("desk", new CreateTemplate(new(
            """{"name":"Desk","type":"rag","config":{"instructions":{"template":"Help."}}}""")));
        await AssertBytesAsync();
        await silo.Services.GetRequiredService<VersionRetention>().SweepAsync();
        await AssertBytesAsync();
        await silo.Tenant(_tenant).ApplyAsync("gone", new ArchiveAgent());
        await silo.Tenant(_tenant).ApplyAsync("gone", new PurgeAgent());
        await silo.Tenant(_tenant).ApplyTemplateAsync("desk", new DeleteTemplate());
        await AssertBytesAsync();

        async Task AssertBytesAsync()
        {
            await using var connection = await silo.Database.Source.OpenConnectionAsync();
            var kept = await connection.ExecuteScalarAsync<long>(
                """
                SELECT (SELECT coalesce(sum(octet_length(document)), 0) FROM agent_version WHERE tenant_id = @_tenant)
                     + (SELECT coalesce(sum(octet_length(document)), 0) FROM template_version WHERE tenant_id = @_tenant)
                """, new { _tenant });
            Assert.Equal(kept, (await silo.Tenant(_tenant).GetAsync()).Usage.StoredBytes);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Expired_idempotency_keys_go_also_of_tenants_that_write_no_more(string kind)
    {
        var clock = new ManualTimeProvider();
        await using var silo = await TestSilo.StartAsync(kind, configure: services => services.AddSingleton<TimeProvider>(clock));
        await silo.Tenant("quiet").ApplyAsync("bot", Keyed("old"));
        clock.Advance(TimeSpan.FromHours(23));
        await silo.Tenant(_tenant).ApplyAsync("bot", Keyed("young"));
        clock.Advance(TimeSpan.FromHours(1));
        await silo.Services.GetServices<IHousekeepingJob>().OfType<IdempotencyCleanup>().Single().RunAsync(CancellationToken.None);
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        Assert.Equal(["young"], await connection.QueryAsync<string>("SELECT idempotency_key FROM idempotency"));

        static CreateAgent Keyed(string key) => new(Sample.Content()) { Options = new() { Idempotency = new(key, "print") } };
    }

    /// <summary>Why an agent could not be made; null when it was.</summary>
    private async Task<string?> TryAsync(TestSilo silo, string agentId, string? tenantId = null)
    {
        try
        {
            var outcome = await silo.Tenant(tenantId ?? _tenant).ApplyAsync(agentId, new CreateAgent(Sample.Content()));
            return outcome.IsOk ? null : outcome.Code;
        }
        catch (Exception exception)
        {
            return exception.GetType().Name;
        }
    }

    private async Task<(int Agents, long Revision)> CountAsync(TestSilo silo)
    {
        var tenant = await silo.Tenant(_tenant).GetAsync();
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        var revisions = (await connection.QueryAsync<long>(
            "SELECT CAST(revision AS bigint) FROM change_log WHERE tenant_id = @_tenant ORDER BY revision", new { _tenant })).ToList();
        Assert.Equal(Enumerable.Range(1, revisions.Count).Select(number => (long)number), revisions);
        Assert.Equal(tenant.Revision, revisions.Count);
        return (tenant.Usage.Agents, tenant.Revision);
    }

    /// <summary>Does something with the connections of the silo that wait for a lock; whether there was one.</summary>
    private static async Task<bool> WaitersAsync(TestSilo silo, string what)
    {
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        return (await connection.QueryAsync<bool>(
            $"SELECT {what} FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")).Any();
    }

    private static async Task<List<(string Name, long Updates, long Hot)>> UpdatesAsync(TestSilo silo)
    {
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        return [
            .. await connection.QueryAsync<(string, long, long)>(
                """
                SELECT relname, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables
                WHERE relname IN ('tenant', 'grain_state', 'agent_index') AND n_tup_upd > 0
                """),
        ];
    }

    private PendingChange NewChange(string agentId, string? tenantId = null)
    {
        var context = Given.Context with { TenantId = tenantId ?? _tenant, AgentId = agentId };
        var entry = Given.State("absent").When(new CreateAgent(Given.Content()), context).Written().Change!;
        var agent = Given.State("draft", given => given with { Id = agentId, Version = 1 }).Agent!;
        return new()
        {
            State = new("agent", $"{context.TenantId}/{agentId}"), StateVersion = 0,
            Entry = entry with { Limits = null, SettingsVersion = null }, Payload = "{}"u8.ToArray(), Content = agent, Document = "{}",
        };
    }
}
