using System.Data.Common;
using AgentManagement.Silo.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentManagement.Silo.Commits;

/// <summary>A statement over any number of rows. Its text does not depend on how many there are, so a database plans it once.</summary>
/// <remarks>
/// In the text <c>{rows}</c> stands for the rows, a table named <c>r</c>, <c>{any}</c> for any value of the first column, and
/// <c>{lock}</c> for what locks the rows that are read.
/// PostgreSQL gets all rows at once, a typed array for each column; SQLite, which has no arrays and no round trips, one after the other.
/// </remarks>
internal sealed class RowStatement<T>
{
    private readonly Column<T>[] _columns;
    private readonly string _postgreSql;
    private readonly string _sqlite;

    public RowStatement(string sql, params Column<T>[] columns)
    {
        _columns = columns;
        var arrays = string.Join(", ", columns.Select((_, index) => $"${index + 1}"));
        var values = string.Join(", ", columns.Select((column, index) => $"${index + 1} AS {column.Name}"));
        _postgreSql = sql.Replace("{rows}", $"unnest({arrays}) AS r ({string.Join(", ", columns.Select(column => column.Name))})",
            StringComparison.Ordinal).Replace("{any}", "ANY ($1)", StringComparison.Ordinal)
            .Replace("{lock}", "FOR UPDATE", StringComparison.Ordinal);
        _sqlite = sql.Replace("{rows}", $"(SELECT {values}) AS r", StringComparison.Ordinal)
            .Replace("{any}", "$1", StringComparison.Ordinal).Replace("{lock}", "", StringComparison.Ordinal);
    }

    /// <summary>The statement over all rows.</summary>
    public NpgsqlBatchCommand ForPostgreSql(IReadOnlyList<T> rows)
    {
        var command = new NpgsqlBatchCommand(_postgreSql);
        foreach (var column in _columns) command.Parameters.Add(column.ToArray(rows));
        return command;
    }

    /// <summary>The statement over one row at a time; its parameters are yet to be set.</summary>
    public SqliteCommand ForSqlite(SqliteConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = _sqlite;
        for (var number = 1; number <= _columns.Length; number++) command.Parameters.Add(new SqliteParameter($"${number}", null));
        return command;
    }

    /// <summary>Sets the parameters of <see cref="ForSqlite"/>.</summary>
    public void Set(DbCommand command, T row)
    {
        foreach (var (index, column) in _columns.Index()) command.Parameters[index].Value = column.ToValue(row) ?? DBNull.Value;
    }
}

/// <summary>The columns of the rows of a statement, and the statement over them.</summary>
internal sealed class Rows<T>
{
    private readonly List<Column<T>> _columns = [];

    public Rows<T> Text(string name, Func<T, string?> read) => Add(name, read, value => value);

    public Rows<T> Integer(string name, Func<T, int> read) => Add(name, read, value => value);

    public Rows<T> OptionalInteger(string name, Func<T, int?> read) => Add(name, read, value => value);

    public Rows<T> Long(string name, Func<T, long> read) => Add(name, read, value => value);

    public Rows<T> Date(string name, Func<T, DateOnly> read) => Add(name, read, value => value);

    public Rows<T> Bytes(string name, Func<T, byte[]> read) => Add(name, read, value => value);

    public Rows<T> Time(string name, Func<T, DateTimeOffset> read) =>
        Add(name, row => read(row).UtcDateTime, value => StoredTime.ToText(value));

    public Rows<T> OptionalTime(string name, Func<T, DateTimeOffset?> read) =>
        Add(name, row => read(row)?.UtcDateTime, value => value is { } time ? StoredTime.ToText(time) : null);

    /// <summary>Any statement with <c>{rows}</c> in it.</summary>
    public RowStatement<T> Run(string sql) => new(sql, [.. _columns]);

    /// <summary>Inserts the rows.</summary>
    public RowStatement<T> InsertInto(string table, string onConflict = "")
    {
        var names = _columns.Select(column => column.Name).ToList();
        // SQLite takes the "ON" of a conflict for that of a join, unless there is a condition before it.
        return Run(
            $"INSERT INTO {table} ({string.Join(", ", names)}) SELECT {string.Join(", ", names.Select(name => $"r.{name}"))} "
            + $$"""FROM {rows} WHERE true {{onConflict}}""");
    }

    /// <summary>Inserts the rows, or puts them in the place of those with the same key.</summary>
    public RowStatement<T> UpsertInto(string table, params string[] key)
    {
        var others = _columns.Select(column => column.Name).Except(key).Select(name => $"{name} = excluded.{name}");
        return InsertInto(table, $"ON CONFLICT ({string.Join(", ", key)}) DO UPDATE SET {string.Join(", ", others)}");
    }

    private Rows<T> Add<TValue>(string name, Func<T, TValue> read, Func<TValue, object?> toSqlite)
    {
        _columns.Add(new Column<T, TValue>(name, read, toSqlite));
        return this;
    }
}

/// <summary>A column of the rows of a <see cref="RowStatement{T}"/>.</summary>
internal abstract class Column<T>(string name)
{
    public string Name => name;

    /// <summary>The values of all rows, as PostgreSQL has them.</summary>
    public abstract NpgsqlParameter ToArray(IReadOnlyList<T> rows);

    /// <summary>One row's value, as SQLite has it.</summary>
    public abstract object? ToValue(T row);
}

/// <inheritdoc/>
internal sealed class Column<T, TValue>(string name, Func<T, TValue> read, Func<TValue, object?> toSqlite) : Column<T>(name)
{
    public override NpgsqlParameter ToArray(IReadOnlyList<T> rows)
    {
        var values = new TValue[rows.Count];
        for (var index = 0; index < values.Length; index++) values[index] = read(rows[index]);
        return new NpgsqlParameter<TValue[]> { TypedValue = values };
    }

    public override object? ToValue(T row) => toSqlite(read(row));
}
