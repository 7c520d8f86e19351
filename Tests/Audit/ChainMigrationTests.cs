using System.Security.Cryptography;
using System.Text;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;
using Dapper;

namespace AgentManagement.Tests.Audit;

/// <summary>A log from before the chain is chained by the migration, and goes on, whichever version writes.</summary>
public sealed class ChainMigrationTests
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_was_there_is_chained_and_the_service_goes_on(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using (var before = await OpenAsync(database))
        {
            await ApplyAsync(before, scripts: 5);
            foreach (var number in Enumerable.Range(1, 3)) await WriteAsync(before, "acme", $"bot-{number}", version: 1);
            await WriteAsync(before, "other", "bot", version: 1);
        }
        await using var silo = await TestSilo.StartAsync(database);
        Assert.Equal(("whole 3", "whole 1"), (await Tampering.CheckAsync(silo), await Tampering.CheckAsync(silo, "other")));

        Assert.True((await silo.Tenant("acme").ApplyAsync("bot-1", new ReplaceAgent(Sample.Content(text: "New.")))).IsOk);
        // As a silo of the version before writes: it does not know of addresses.
        await WriteAsync(silo.Database, "acme", "bot-2", version: 2);
        Assert.True((await silo.Tenant("acme").ApplyAsync("bot-3", new ActivateAgent(null))).IsOk);
        Assert.Equal("whole 6", await Tampering.CheckAsync(silo));

        await Tampering.ExecuteAsync(
            silo.Database, "UPDATE agent_version SET document = '{}' WHERE tenant_id = 'acme' AND agent_id = 'bot-2' AND version = 1");
        Assert.Equal("2 content", await Tampering.CheckAsync(silo));
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET actor = 'x' WHERE tenant_id = 'acme' AND revision = 1");
        Assert.Equal("1 altered", await Tampering.CheckAsync(silo));
    }

    /// <summary>The statement of a change as the version before wrote it.</summary>
    private static async Task WriteAsync(Database database, string tenantId, string agentId, int version)
    {
        var state = Given.State("absent")
            .When(new CreateAgent(Given.Content()), Given.Context with { TenantId = tenantId, AgentId = agentId }).Written();
        state = state with
        {
            Version = version,
            Agent = state.Agent! with { Version = version },
            Changes = [state.Changes[0] with { Version = version, EventId = $"{tenantId}-{agentId}-{version}" }],
        };
        var payload = new GrainStateSerializer().Serialize(state).ToArray();
        Assert.DoesNotContain("\"address\"", Encoding.UTF8.GetString(payload), StringComparison.Ordinal);
        await using var connection = await database.Source.OpenConnectionAsync();
        var sql = await connection.QuerySingleAsync<string>("SELECT querytext FROM orleansquery WHERE querykey = 'WriteToStorageKey'");
        var expected = await connection.ExecuteScalarAsync<int?>(
            "SELECT version FROM grain_state WHERE grain_key = @key", new { key = $"{tenantId}/{agentId}" });
        var written = await connection.ExecuteScalarAsync<long?>(sql, new
        {
            ServiceId = "agent-management", GrainTypeString = "agent", GrainIdExtensionString = $"{tenantId}/{agentId}",
            GrainStateVersion = expected, PayloadBinary = payload,
        });
        Assert.True(written is not null && written != expected);
    }

    private static async Task ApplyAsync(Database database, int scripts)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "CREATE TABLE schema_version (version integer NOT NULL PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at "
            + "text NOT NULL)");
        var prefix = $"schema/{database.Kind}/";
        var assembly = typeof(SchemaMigrator).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        foreach (var (index, name) in names.Take(scripts).Index())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var text = await reader.ReadToEndAsync();
            await connection.ExecuteAsync(text);
            await connection.ExecuteAsync(
                "INSERT INTO schema_version (version, name, checksum, applied_at) VALUES (@version, @name, @checksum, 'x')",
                new { version = index + 1, name, checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) });
        }
    }

    private static Task<Database> OpenAsync(TestDatabase database) =>
        Database.OpenAsync(new DatabaseSettings { Url = database.Url, Directory = database.Directory });
}
