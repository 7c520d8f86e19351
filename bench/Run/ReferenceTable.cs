using AgentManagement.Bench.Service;
using Npgsql;

namespace AgentManagement.Bench.Run;

/// <summary>
/// A table of a database of its own, beside the service's on the same server: what agents would be if nothing were asked of them but to
/// be stored.
/// </summary>
internal sealed class ReferenceTable : IAsyncDisposable
{
    /// <summary>Reads the row of a number.</summary>
    public const string Select = "SELECT content FROM agent WHERE number = $1";

    // Room for new versions of a row in its page: the update is then as cheap as PostgreSQL has it.
    private const string Create = """
        CREATE TABLE agent (
            number integer PRIMARY KEY, tenant integer NOT NULL, version integer NOT NULL, content text NOT NULL) WITH (fillfactor = 50);
        """;

    private readonly DataLocation _data;
    private readonly int _rows;
    private readonly Dictionary<string, string> _variables;

    private ReferenceTable(DataLocation data, int rows, string content) =>
        (_data, _rows, _variables) = (data, rows, new() { ["content"] = content });

    /// <summary>Of its database.</summary>
    public string ConnectionString => _data.ConnectionString;

    /// <summary>Makes one.</summary>
    /// <param name="database">See <see cref="DataLocation.CreateAsync"/>.</param>
    /// <param name="tenants">Whose rows it has.</param>
    /// <param name="agents">Rows of each tenant.</param>
    /// <param name="content">Of each row.</param>
    public static async Task<ReferenceTable> CreateAsync(string database, int tenants, int agents, string content)
    {
        var data = await DataLocation.CreateAsync(database);
        await using var connection = new NpgsqlConnection(data.ConnectionString);
        await connection.OpenAsync();
        await using (var create = new NpgsqlCommand(Create, connection)) await create.ExecuteNonQueryAsync();
        await using (var fill = new NpgsqlCommand(
            "INSERT INTO agent SELECT number, number % $1, 1, $2 FROM generate_series(1, $3) number", connection)
        {
            Parameters = { new() { Value = tenants }, new() { Value = content }, new() { Value = tenants * agents } },
        }) await fill.ExecuteNonQueryAsync();
        await using (var analyze = new NpgsqlCommand("VACUUM ANALYZE agent", connection)) await analyze.ExecuteNonQueryAsync();
        return new(data, tenants * agents, content);
    }

    /// <summary>Updates of one row each, by its key, with the content as a parameter.</summary>
    /// <param name="rows">The first of them are updated, at random; null for all.</param>
    public Task<LoadResult> UpdateAsync(int clients, TimeSpan duration, int? rows = null) => PgBench.RunAsync(
        ConnectionString,
        $"""
        \set number random(1, {rows ?? _rows})
        UPDATE agent SET version = version + 1, content = :content WHERE number = :number;
        """, _variables, clients, duration);

    public ValueTask DisposeAsync() => _data.DisposeAsync();
}
