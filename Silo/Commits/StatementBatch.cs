using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentManagement.Silo.Commits;

/// <summary>Statements that go to the database together: one round trip to PostgreSQL.</summary>
internal abstract class StatementBatch
{
    /// <summary>A statement as it is, such as COMMIT.</summary>
    public abstract void Add(string sql);

    /// <summary>Begins a transaction that is to write.</summary>
    public abstract void Begin();

    /// <summary>A statement over rows; none for no rows.</summary>
    /// <param name="read">Given each row that the statement returns.</param>
    public abstract void Add<T>(RowStatement<T> statement, IReadOnlyList<T> rows, Action<DbDataReader>? read = null);

    /// <summary>Executes all that was added, in that order.</summary>
    public abstract Task ExecuteAsync();

    public static StatementBatch On(DbConnection connection) => connection switch
    {
        NpgsqlConnection postgreSql => new PostgreSqlBatch(postgreSql),
        SqliteConnection sqlite => new SqliteBatch(sqlite),
        _ => throw new ArgumentException($"No batches over {connection.GetType().Name}.", nameof(connection)),
    };

    private sealed class PostgreSqlBatch(NpgsqlConnection connection) : StatementBatch
    {
        // In seconds. Whoever waits for a change gives up at about that time, and those behind it would wait for nothing.
        private const int Timeout = 10;

        private readonly List<NpgsqlBatchCommand> _commands = [];
        private readonly List<Action<DbDataReader>> _readers = [];

        public override void Begin() => Add("BEGIN");

        public override void Add(string sql) => _commands.Add(new NpgsqlBatchCommand(sql));

        public override void Add<T>(RowStatement<T> statement, IReadOnlyList<T> rows, Action<DbDataReader>? read = null)
        {
            if (rows.Count == 0) return;
            _commands.Add(statement.ForPostgreSql(rows));
            if (read is not null) _readers.Add(read);
        }

        public override async Task ExecuteAsync()
        {
            await using var batch = new NpgsqlBatch(connection) { Timeout = Timeout };
            foreach (var command in _commands) batch.BatchCommands.Add(command);
            await using var reader = await batch.ExecuteReaderAsync();
            // What returns no rows has no result: the reader goes past it.
            foreach (var read in _readers)
            {
                while (await reader.ReadAsync()) read(reader);
                await reader.NextResultAsync();
            }
        }
    }

    private sealed class SqliteBatch(SqliteConnection connection) : StatementBatch
    {
        private readonly List<Action> _statements = [];

        // Whoever is to write says so at once, and waits for others then.
        public override void Begin() => Add("BEGIN IMMEDIATE");

        public override void Add(string sql) => _statements.Add(() =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        });

        public override void Add<T>(RowStatement<T> statement, IReadOnlyList<T> rows, Action<DbDataReader>? read = null)
        {
            if (rows.Count == 0) return;
            _statements.Add(() =>
            {
                using var command = statement.ForSqlite(connection);
                foreach (var row in rows)
                {
                    statement.Set(command, row);
                    using var reader = command.ExecuteReader();
                    while (reader.Read()) read?.Invoke(reader);
                }
            });
        }

        public override Task ExecuteAsync()
        {
            foreach (var statement in _statements) statement();
            return Task.CompletedTask;
        }
    }
}
