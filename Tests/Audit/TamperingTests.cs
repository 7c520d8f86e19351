using AgentManagement.Domain.Audit;
using AgentManagement.Domain.Json;
using AgentManagement.Silo.Commits;
using AgentManagement.Silo.Storage;
using AgentManagement.Templates;
using AgentManagement.Tenants;
using Dapper;

namespace AgentManagement.Tests.Audit;

/// <summary>Whatever is done to the log below the service, its check finds it, and where.</summary>
public sealed class TamperingTests(SharedSilos shared) : IClassFixture<SharedSilos>
{
    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_log_that_nobody_touched_is_whole_whatever_was_done_through_the_service(string kind)
    {
        var silo = await shared.OfAsync(kind);
        Assert.Equal("whole 0", await Tampering.CheckAsync(silo, _tenant));
        await Tampering.WriteAsync(silo, _tenant);
        await Tampering.WriteAsync(silo, $"{_tenant}-other");
        await silo.Tenant(_tenant).ApplyTemplateAsync("t", new ReplaceTemplate(new("""{"name":"T","type":"rag","config":{}}""")));
        await silo.Tenant(_tenant).ApplyTemplateAsync("t", new DeleteTemplate());
        Assert.True((await silo.Tenant(_tenant, role: "platform_admin")
            .ConfigureAsync(new ConfigureTenant("free", JsonText.EmptyObject))).IsOk);
        Assert.True((await silo.Tenant(_tenant).ApplyAsync("bot", new ArchiveAgent())).IsOk);
        Assert.True((await silo.Tenant(_tenant).ApplyAsync("bot", new PurgeAgent())).IsOk);

        Assert.Equal("whole 10", await Tampering.CheckAsync(silo, _tenant));
        Assert.Equal("whole 5", await Tampering.CheckAsync(silo, $"{_tenant}-other"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_content_of_a_current_version_is_missed(string kind)
    {
        var silo = await shared.OfAsync(kind);
        await Tampering.WriteAsync(silo, _tenant);
        await silo.Tenant(_tenant).ApplyTemplateAsync("t", new CreateTemplate(new("""{"name":"T","type":"rag","config":{}}""")));
        // An older one may have fallen to retention.
        await Tampering.ExecuteAsync(
            silo.Database, "DELETE FROM agent_version WHERE tenant_id = @_tenant AND agent_id = 'bot' AND version = 4", new { _tenant });
        Assert.Equal("whole 6", await Tampering.CheckAsync(silo, _tenant));
        await Tampering.ExecuteAsync(
            silo.Database, "DELETE FROM template_version WHERE tenant_id = @_tenant AND template_id = 't'", new { _tenant });
        Assert.Equal("6 content_missing", await Tampering.CheckAsync(silo, _tenant));
        await Tampering.ExecuteAsync(
            silo.Database, "DELETE FROM agent_version WHERE tenant_id = @_tenant AND agent_id = 'bot' AND version = 5", new { _tenant });
        Assert.Equal("5 content_missing", await Tampering.CheckAsync(silo, _tenant));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_part_of_a_row_is_covered(string kind)
    {
        var silo = await shared.OfAsync(kind);
        await Tampering.WriteAsync(silo, _tenant);
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        var row = (IDictionary<string, object?>)await connection.QuerySingleAsync(
            "SELECT * FROM change_log WHERE tenant_id = @_tenant AND revision = 3", new { _tenant });
        foreach (var (column, value) in row.Where(cell => cell.Key is not ("tenant_id" or "revision")))
        {
            var other = column switch
            {
                "at" when kind == "postgresql" => "at + interval '1 microsecond'",
                "agent_version" => "99",
                "details" => """'{"fields":[]}'""",
                _ => "'x'",
            };
            await SetAsync(other);
            Assert.Equal((column, "3 altered"), (column, await Tampering.CheckAsync(silo, _tenant)));
            if (value is not null
                && column is not (
                "hash" or "event_id" or "agent_id" or "kind" or "at" or "status" or "actor" or "role" or "agent_name" or "correlation_id"
                    or "agent_version"))
            {
                await SetAsync("NULL");
                Assert.Equal((column, "3 altered"), (column, await Tampering.CheckAsync(silo, _tenant)));
            }
            var back = column == "details" && kind == "postgresql" ? "CAST(@value AS json)" : "@value";
            await SetAsync(back);
            Assert.Equal((column, "whole 5"), (column, await Tampering.CheckAsync(silo, _tenant)));

            Task SetAsync(string to) => Tampering.ExecuteAsync(
                silo.Database, $"UPDATE change_log SET {column} = {to} WHERE tenant_id = @_tenant AND revision = 3",
                new { value, _tenant });
        }
    }

    private static string CopyTo(int revision) =>
        $"""
        INSERT INTO change_log (tenant_id, revision, event_id, kind, agent_id, agent_name, agent_version, status, at, actor, role,
                                address, correlation_id, task_id, note, details, document_hash, hash)
        SELECT tenant_id, {revision}, tenant_id, kind, agent_id, agent_name, 99, status, at, actor, role,
               address, correlation_id, task_id, note, details, document_hash, hash
        FROM change_log WHERE tenant_id = @tenant AND revision = 5;
        """;

    public static TheoryData<string, string, string> Attempts
    {
        get
        {
            var attempts = new TheoryData<string, string, string>();
            foreach (var kind in (string[])["sqlite", "postgresql"])
            {
                // Deleted: in the middle, at the beginning, all.
                attempts.Add(kind, "3 missing", "DELETE FROM change_log WHERE tenant_id = @tenant AND revision = 3");
                attempts.Add(kind, "1 missing", "DELETE FROM change_log WHERE tenant_id = @tenant AND revision = 1");
                attempts.Add(kind, "1 missing", "DELETE FROM change_log WHERE tenant_id = @tenant");
                // Cut off, with and without setting the tenant's revision back.
                attempts.Add(kind, "4 missing", "DELETE FROM change_log WHERE tenant_id = @tenant AND revision > 3");
                attempts.Add(kind, "3 head", """
                    DELETE FROM change_log WHERE tenant_id = @tenant AND revision > 3; UPDATE tenant SET revision = 3 WHERE tenant_id = @tenant
                    """);
                attempts.Add(kind, "4 added", """
                    UPDATE tenant SET revision = 3, head_hash = (SELECT hash FROM change_log WHERE tenant_id = @tenant AND revision = 3)
                    WHERE tenant_id = @tenant
                    """);
                // Exchanged, and closed up after a deletion.
                attempts.Add(kind, "2 altered", """
                    UPDATE change_log SET revision = 100 WHERE tenant_id = @tenant AND revision = 2;
                    UPDATE change_log SET revision = 2 WHERE tenant_id = @tenant AND revision = 4;
                    UPDATE change_log SET revision = 4 WHERE tenant_id = @tenant AND revision = 100
                    """);
                attempts.Add(kind, "3 altered", """
                    DELETE FROM change_log WHERE tenant_id = @tenant AND revision = 3;
                    UPDATE change_log SET revision = 3 WHERE tenant_id = @tenant AND revision = 4
                    """);
                // Put there: after the end, counted or not, and before the beginning.
                attempts.Add(kind, "6 added", CopyTo(6));
                attempts.Add(kind, "6 altered", CopyTo(6) + "UPDATE tenant SET revision = 6 WHERE tenant_id = @tenant");
                attempts.Add(kind, "0 added", CopyTo(0));
                // The tenant's own record.
                attempts.Add(kind, "5 head", "UPDATE tenant SET head_hash = 'x' WHERE tenant_id = @tenant");
                attempts.Add(kind, "1 added", "DELETE FROM tenant WHERE tenant_id = @tenant");
                // The content of a version, and content where there was none any more.
                attempts.Add(kind, "2 content", """
                    UPDATE agent_version SET document = '{"name":"x"}' WHERE tenant_id = @tenant AND version = 2
                    """);
            }
            return attempts;
        }
    }

    [Theory, MemberData(nameof(Attempts))]
    public async Task It_is_found_at_the_right_place(string kind, string found, string sql)
    {
        var silo = await shared.OfAsync(kind);
        await Tampering.WriteAsync(silo, _tenant);
        await Tampering.ExecuteAsync(silo.Database, sql, new { tenant = _tenant });
        Assert.Equal(found, await Tampering.CheckAsync(silo, _tenant));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Who_makes_the_hash_of_an_edited_row_anew_breaks_the_next_one(string kind)
    {
        var silo = await shared.OfAsync(kind);
        await Tampering.WriteAsync(silo, _tenant);
        var rows = await new SqlAuditStore(silo.Database).ReadRowsAsync(_tenant, 1, 5, 10, default);
        await EditAsync(rows[2] with { Actor = "somebody else" }, rows[1].Hash!);
        Assert.Equal("4 altered", await Tampering.CheckAsync(silo, _tenant));

        await EditAsync(rows[2], rows[1].Hash!);
        await EditAsync(rows[4] with { Actor = "somebody else" }, rows[3].Hash!);
        Assert.Equal("5 head", await Tampering.CheckAsync(silo, _tenant));

        Task EditAsync(LoggedRow row, string before) => Tampering.ExecuteAsync(
            silo.Database,
            "UPDATE change_log SET actor = @Actor, hash = @hash WHERE tenant_id = @_tenant AND revision = @Revision",
            new { row.Actor, hash = row.HashAfter(before), row.Revision, _tenant });
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Content_that_retention_removes_does_not_break_the_chain(string kind)
    {
        var silo = await shared.OfAsync(kind);
        await silo.Tenant(_tenant, tier: "free").ApplyAsync("bot", new CreateAgent(Sample.Content()));
        for (var number = 0; number < 25; number++)
        {
            await silo.Tenant(_tenant, tier: "free").ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: $"Text {number}.")));
        }
        await silo.Services.GetRequiredService<VersionRetention>().SweepAsync();
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        Assert.Equal(20, await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM agent_version WHERE tenant_id = @_tenant", new { _tenant }));
        Assert.Equal("whole 26", await Tampering.CheckAsync(silo, _tenant));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Nobody_changes_the_log_its_owner_included(string kind)
    {
        await using var silo = await TestSilo.StartAsync(kind);
        await Tampering.WriteAsync(silo);
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        string[] attempts = kind == "sqlite"
            ? ["UPDATE change_log SET actor = 'x'", "DELETE FROM change_log", "UPDATE change_log SET note = NULL WHERE revision = 1"]
            :
            [
                "UPDATE change_log SET actor = 'x'", "DELETE FROM change_log", "TRUNCATE change_log",
                "SET session_replication_role = replica; UPDATE change_log SET actor = 'x'",
            ];
        foreach (var sql in attempts)
        {
            var refused = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => connection.ExecuteAsync(sql));
            Assert.Contains("change_log is insert-only", refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal("whole 5", await Tampering.CheckAsync(silo));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_chain_is_whole_while_others_write(string kind)
    {
        var silo = await shared.OfAsync(kind);
        var writers = Enumerable.Range(0, 4).Select(number => Task.Run(async () =>
        {
            for (var change = 0; change < 15; change++)
            {
                Assert.True((await silo.Tenant(_tenant)
                    .ApplyAsync($"bot-{number}", new ReplaceAgent(Sample.Content(text: $"{change}.")))).IsOk);
            }
        })).ToList();
        var done = Task.WhenAll(writers);
        while (!done.IsCompleted) Assert.StartsWith("whole", await Tampering.CheckAsync(silo, _tenant), StringComparison.Ordinal);
        await done;
        Assert.Equal("whole 60", await Tampering.CheckAsync(silo, _tenant));
    }
}
