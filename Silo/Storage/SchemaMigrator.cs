using AgentManagement.ServiceDefaults.Settings;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>The database's schema is not one that this program can work with.</summary>
public sealed class SchemaException(string message) : OperatorException(message);

/// <summary>
/// Applies the numbered scripts of Silo/Schema, each once, in order, recorded in <c>schema_version</c>. Processes that
/// start at once wait for each other; a database newer than the program is refused.
/// </summary>
internal sealed class SchemaMigrator(Database database)
{
    // Any number, as long as nothing else in the database takes the same advisory lock.
    private const long LockId = 0x6167656E74730001;

    private const string BeforeFirstRelease = "0001_initial";

    private readonly ImmutableArray<Script> _scripts = Load(database.Kind);

    /// <summary>The schema that this program works with.</summary>
    public int LatestVersion => _scripts[^1].Version;

    /// <summary>Brings the schema to this program's version.</summary>
    /// <param name="tell">Told after each script how many are applied, of how many.</param>
    /// <param name="cancellationToken">Leaves the schema as it was.</param>
    /// <returns>The names of the scripts that were applied.</returns>
    /// <exception cref="SchemaException">The database is newer than the program, or a script was changed after its use.</exception>
    public async Task<IReadOnlyList<string>> ApplyAsync(Action<int, int>? tell = null, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        if (database.Kind == "sqlite") await connection.ExecuteAsync("PRAGMA journal_mode = WAL");
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (database.Kind == "postgresql")
        {
            await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@LockId)", new { LockId }, transaction);
        }
        await connection.ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS schema_version (
                version    integer NOT NULL PRIMARY KEY,
                name       text    NOT NULL,
                checksum   text    NOT NULL,
                applied_at text    NOT NULL)
            """, transaction: transaction);

        var applied = await ReadAppliedAsync(connection, transaction);
        Check(applied);
        var pending = _scripts[applied.Count..];
        foreach (var (index, script) in pending.Index())
        {
            await connection.ExecuteAsync(new CommandDefinition(
                script.Text, transaction: transaction, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(
                "INSERT INTO schema_version (version, name, checksum, applied_at) VALUES (@Version, @Name, @Checksum, @at)",
                new { script.Version, script.Name, script.Checksum, at = DateTimeOffset.UtcNow.ToString("O") }, transaction);
            tell?.Invoke(index + 1, pending.Length);
        }
        await transaction.CommitAsync(cancellationToken);
        return [.. pending.Select(script => script.Name)];
    }

    /// <summary>Makes sure that the schema is this program's, and changes nothing.</summary>
    /// <exception cref="SchemaException">It is older, newer, or not there.</exception>
    public async Task VerifyAsync()
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        List<Script> applied;
        try
        {
            applied = await ReadAppliedAsync(connection, null);
        }
        catch (DbException exception) when (exception.SqlState == "42P01"
            || exception.Message.Contains("no such table", StringComparison.Ordinal))
        {
            applied = [];
        }
        Check(applied);
        if (applied.Count < _scripts.Length)
        {
            throw new SchemaException(
                $"The database is at schema version {applied.Count}, and this program needs {_scripts.Length}. Apply it with: ./run "
                    + $"migrate");
        }
    }

    private void Check(List<Script> applied)
    {
        if (applied is [{ Name: BeforeFirstRelease }, ..])
        {
            throw new SchemaException(
                "The database was made by a build before the first release, whose schema this program does not know. Write each tenant's "
                + "agents to a file with that build (./run export), and bring them into a new database with this one (./run import).");
        }
        if (applied.Count > _scripts.Length)
        {
            throw new SchemaException(
                $"The database is at schema version {applied.Count}, newer than this program's {_scripts.Length}. Run a newer program.");
        }
        for (var index = 0; index < applied.Count; index++)
        {
            if (applied[index].Checksum == _scripts[index].Checksum) continue;
            throw new SchemaException(
                $"The schema script {_scripts[index].Name} is not the one that was applied to this database ({applied[index].Name}).");
        }
    }

    private static async Task<List<Script>> ReadAppliedAsync(DbConnection connection, DbTransaction? transaction) =>
        [.. (await connection.QueryAsync<(long Version, string Name, string Checksum)>(
                "SELECT CAST(version AS bigint) AS version, name, checksum FROM schema_version ORDER BY version", transaction: transaction))
            .Select(row => new Script((int)row.Version, row.Name, row.Checksum, ""))];

    private static ImmutableArray<Script> Load(string kind)
    {
        var assembly = typeof(SchemaMigrator).Assembly;
        var prefix = $"schema/{kind}/";
        return
        [
            .. assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select((resource, index) =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                    var text = reader.ReadToEnd();
                    var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
                    return new Script(index + 1, resource[prefix.Length..^".sql".Length], checksum, text);
                }),
        ];
    }

    private sealed record Script(int Version, string Name, string Checksum, string Text);
}
