using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// Keeps states in a relational database by the SQL of its table OrleansQuery, with the parameters, results and
/// conflict rule of Orleans' own ADO.NET provider. A read may be cancelled; a write, once sent, may not: its outcome
/// would be unknown.
/// </summary>
internal sealed class AdoNetGrainStorage : IGrainStorage
{
    private readonly string serviceId;
    private readonly DbDataSource database;
    private readonly IGrainStorageSerializer serializer;
    private AdoNetQueries? queries;

    public AdoNetGrainStorage(
        string name, IOptionsMonitor<AdoNetGrainStorageOptions> options, IOptions<ClusterOptions> cluster, IServiceProvider services)
    {
        serviceId = cluster.Value.ServiceId;
        database = options.Get(name).DataSource
            ?? throw new BadProviderConfigException($"The storage \"{name}\" has no {nameof(AdoNetGrainStorageOptions.DataSource)}.");
        serializer = options.Get(name).GrainStorageSerializer
            ?? services.GetKeyedService<IGrainStorageSerializer>(name)
            ?? services.GetRequiredService<IGrainStorageSerializer>();
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, default);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        await using var command = await CommandAsync(loaded => loaded.Read, stateName, grainId, cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = await reader.ReadAsync(cancellationToken);
        var payload = found ? reader.GetValue(reader.GetOrdinal("PayloadBinary")) as byte[] : null;

        grainState.State = (payload is null ? default : serializer.Deserialize<T>(new BinaryData(payload))) ?? StateFactory.Create<T>();
        grainState.ETag = found ? Version(reader, reader.GetOrdinal("Version")) : null;
        grainState.RecordExists = payload is not null;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, default);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        await using var command = await CommandAsync(loaded => loaded.Write, stateName, grainId, cancellationToken);
        AddVersion(command, grainState.ETag);
        AdoNetGrainKey.Add(command, "PayloadBinary", DbType.Binary, serializer.Serialize(grainState.State).ToArray());

        grainState.ETag = await ChangeAsync(command, "WriteState", stateName, grainId, grainState.ETag);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, default);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        if (!grainState.RecordExists && string.IsNullOrWhiteSpace(grainState.ETag))
        {
            await ReadStateAsync(stateName, grainId, grainState, cancellationToken);
            if (!grainState.RecordExists)
            {
                return;
            }
        }

        await using var command = await CommandAsync(loaded => loaded.Clear, stateName, grainId, cancellationToken);
        AddVersion(command, grainState.ETag);

        grainState.ETag = await ChangeAsync(command, "ClearState", stateName, grainId, grainState.ETag);
        grainState.RecordExists = false;
        grainState.State = StateFactory.Create<T>();
    }

    // An unchanged version, NULL or no row is how the database says that the stored version was another.
    private static async Task<string> ChangeAsync(DbCommand command, string operation, string stateName, GrainId grainId, string? before)
    {
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        var after = await reader.ReadAsync(CancellationToken.None) ? Version(reader, reader.GetOrdinal("NewGrainStateVersion")) : null;
        return after is null || after == before
            ? throw new InconsistentStateException(
                $"Version conflict ({operation}): GrainType={stateName} GrainId={grainId} ETag={before}.", after, before)
            : after;
    }

    private static void AddVersion(DbCommand command, string? version) => AdoNetGrainKey.Add(
        command, "GrainStateVersion", DbType.Int32,
        string.IsNullOrWhiteSpace(version) ? null : int.Parse(version, CultureInfo.InvariantCulture));

    private static string? Version(DbDataReader reader, int column) => reader.IsDBNull(column)
        ? null : Convert.ToInt32(reader.GetValue(column), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private async Task<DbCommand> CommandAsync(
        Func<AdoNetQueries, string> query, string stateName, GrainId grainId, CancellationToken cancellationToken)
    {
        var key = new AdoNetGrainKey(serviceId, stateName, grainId);
        queries ??= await AdoNetQueries.LoadAsync(database, cancellationToken);
        var command = database.CreateCommand(query(queries));
        key.AddTo(command);
        return command;
    }
}
