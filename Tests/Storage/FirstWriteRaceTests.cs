using System.Text;
using AgentManagement.Silo.Storage;
using Dapper;
using Npgsql;

namespace AgentManagement.Tests.Storage;

/// <summary>Two silos that both believe an agent to be new write it at the same moment.</summary>
public sealed class FirstWriteRaceTests
{
    // The shape that the provider's own script has: no unique key, and an insert that looks for the row before it.
    private const string ShapeWithoutKey =
        """
        CREATE TABLE keyless_state (grain_key text NOT NULL, payload bytea, version integer);
        CREATE FUNCTION write_keyless_state(p_key text, p_payload bytea) RETURNS integer LANGUAGE plpgsql AS $$
        DECLARE v_new integer;
        BEGIN
            INSERT INTO keyless_state (grain_key, payload, version)
            SELECT p_key, p_payload, 1 WHERE NOT EXISTS (SELECT FROM keyless_state WHERE grain_key = p_key)
            RETURNING version INTO v_new;
            RETURN v_new;
        END; $$;
        """;

    [Fact]
    public async Task Two_racing_first_writes_make_one_row()
    {
        await using var silo = await TestSilo.StartAsync("postgresql");
        var rows = await RaceAsync(
            silo.Database, "SELECT write_grain_state('agent-management', 'agent', 'acme/bot', NULL, @payload)", "grain_state");
        Assert.Equal(1, rows);
    }

    [Fact]
    public async Task The_same_race_makes_two_rows_where_the_table_has_no_key()
    {
        await using var silo = await TestSilo.StartAsync("postgresql");
        await using (var connection = await silo.Database.Source.OpenConnectionAsync()) await connection.ExecuteAsync(ShapeWithoutKey);
        Assert.Equal(2, await RaceAsync(silo.Database, "SELECT write_keyless_state('acme/bot', @payload)", "keyless_state"));
    }

    /// <summary>The first writer has written but not committed when the second one writes.</summary>
    private static async Task<long> RaceAsync(Database database, string write, string table)
    {
        var payload = Encoding.UTF8.GetBytes("{}");
        await using var first = (NpgsqlConnection)await database.Source.OpenConnectionAsync();
        await using var second = (NpgsqlConnection)await database.Source.OpenConnectionAsync();
        await using var firstTransaction = await first.BeginTransactionAsync();
        await using var secondTransaction = await second.BeginTransactionAsync();
        await first.ExecuteAsync(write, new { payload }, firstTransaction);
        var waiting = second.ExecuteAsync(write, new { payload }, secondTransaction);
        await Await.For(
            HasWrittenOrWaitsAsync(database, second.ProcessID, waiting), "the second writer to write, or to wait for the first");
        await firstTransaction.CommitAsync();
        await Await.For(waiting, "the second writer");
        await secondTransaction.CommitAsync();
        return await first.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table}");
    }

    private static async Task HasWrittenOrWaitsAsync(Database database, int processId, Task writing)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        while (!writing.IsCompleted
            && !await connection.ExecuteScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = @processId AND NOT granted)", new { processId })) await Task.Yield();
    }
}
