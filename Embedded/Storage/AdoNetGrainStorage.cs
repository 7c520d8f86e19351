using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// Keeps states in a relational database by the SQL of its table OrleansQuery, with the parameters, results and
/// conflict rule of Orleans' own ADO.NET provider.
/// </summary>
internal sealed class AdoNetGrainStorage(
    string name, IOptionsMonitor<AdoNetGrainStorageOptions> options, IOptions<ClusterOptions> cluster) : IGrainStorage
{
    private readonly DbDataSource _database = options.Get(name).DataSource
        ?? throw new BadProviderConfigException($"The storage \"{name}\" has no {nameof(AdoNetGrainStorageOptions.DataSource)}.");

    private readonly IGrainStorageSerializer _serializer = options.Get(name).GrainStorageSerializer
        ?? throw new BadProviderConfigException($"The storage \"{name}\" has no {nameof(AdoNetGrainStorageOptions.GrainStorageSerializer)}.");

    private AdoNetQueries? _queries;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using var command = await CommandAsync(loaded => loaded.Read, stateName, grainId);
        await using var reader = await command.ExecuteReaderAsync();
        var found = await reader.ReadAsync();
        var payload = found ? reader["PayloadBinary"] as byte[] : null;

        grainState.State = payload is null ? Activator.CreateInstance<T>() : _serializer.Deserialize<T>(new BinaryData(payload));
        grainState.ETag = found ? Version(reader["Version"]) : null;
        grainState.RecordExists = payload is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using var command = await CommandAsync(loaded => loaded.Write, stateName, grainId);
        Add(command, "PayloadBinary", DbType.Binary, _serializer.Serialize(grainState.State).ToArray());
        await ChangeAsync(command, grainState, $"WriteState of {stateName} of {grainId}");
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is null)
        {
            await ReadStateAsync(stateName, grainId, grainState);
            if (!grainState.RecordExists) return;
        }

        await using var command = await CommandAsync(loaded => loaded.Clear, stateName, grainId);
        await ChangeAsync(command, grainState, $"ClearState of {stateName} of {grainId}");
        (grainState.RecordExists, grainState.State) = (false, Activator.CreateInstance<T>());
    }

    // An unchanged version, NULL or no row is how the database says that the stored version was another.
    private static async Task ChangeAsync<T>(DbCommand command, IGrainState<T> grainState, string operation)
    {
        var before = grainState.ETag;
        Add(command, "GrainStateVersion", DbType.Int32, before is null ? DBNull.Value : int.Parse(before, CultureInfo.InvariantCulture));
        await using var reader = await command.ExecuteReaderAsync();
        var after = await reader.ReadAsync() ? Version(reader["NewGrainStateVersion"]) : null;
        grainState.ETag = after is not null && after != before
            ? after : throw new InconsistentStateException($"Version conflict ({operation}): expected {before ?? "none"}, stored {after ?? "another"}.");
    }

    private static string? Version(object value) =>
        value is DBNull ? null : Convert.ToInt32(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private static void Add(DbCommand command, string name, DbType type, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.DbType, parameter.Value) = (name, type, value);
        command.Parameters.Add(parameter);
    }

    /// <exception cref="NotSupportedException">Orleans would read the key as a number or a GUID.</exception>
    private async Task<DbCommand> CommandAsync(Func<AdoNetQueries, string> query, string stateName, GrainId grainId)
    {
        if (!grainId.Key.Contains('/') || grainId.Key.Contains('+'))
        {
            throw new NotSupportedException($"The key \"{grainId.Key}\" of {grainId} must hold a '/' and no '+'.");
        }

        _queries ??= await AdoNetQueries.LoadAsync(_database);
        var command = _database.CreateCommand(query(_queries));
        // Orleans binds hashes of the key and the state name, and numbers for keys of other kinds. Our SQL finds a row
        // by the texts themselves and reads none of these.
        Add(command, "GrainIdHash", DbType.Int32, 0);
        Add(command, "GrainIdN0", DbType.Int64, 0L);
        Add(command, "GrainIdN1", DbType.Int64, 0L);
        Add(command, "GrainTypeHash", DbType.Int32, 0);
        Add(command, "GrainTypeString", DbType.String, stateName);
        Add(command, "GrainIdExtensionString", DbType.String, grainId.Key);
        Add(command, "ServiceId", DbType.String, cluster.Value.ServiceId);
        return command;
    }
}
