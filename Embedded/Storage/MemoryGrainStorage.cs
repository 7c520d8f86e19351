using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Keeps states as bytes in memory, with the same conflict rule as a database.</summary>
internal sealed class MemoryGrainStorage(IGrainStorageSerializer serializer) : IGrainStorage
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string StateName, GrainId), (BinaryData? Payload, int Version)> stored = [];

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (gate)
        {
            var found = stored.TryGetValue((stateName, grainId), out var entry);
            grainState.State = (entry.Payload is null ? default : serializer.Deserialize<T>(entry.Payload)) ?? StateFactory.Create<T>();
            grainState.ETag = found ? entry.Version.ToString(CultureInfo.InvariantCulture) : null;
            grainState.RecordExists = entry.Payload is not null;
            return Task.CompletedTask;
        }
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Change(stateName, grainId, grainState, serializer.Serialize(grainState.State));
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Change(stateName, grainId, grainState, null);
        grainState.State = StateFactory.Create<T>();
        return Task.CompletedTask;
    }

    private void Change<T>(string stateName, GrainId grainId, IGrainState<T> grainState, BinaryData? payload)
    {
        lock (gate)
        {
            var found = stored.TryGetValue((stateName, grainId), out var entry);
            var version = found ? entry.Version.ToString(CultureInfo.InvariantCulture) : null;
            if (version != grainState.ETag)
            {
                throw new InconsistentStateException(
                    $"Version conflict: GrainType={stateName} GrainId={grainId}.", version, grainState.ETag);
            }

            stored[(stateName, grainId)] = (payload, entry.Version + 1);
            grainState.ETag = (entry.Version + 1).ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = payload is not null;
        }
    }
}

/// <summary>What memory storage uses where the application registers no serializer.</summary>
internal sealed class JsonSerializerForMemory : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input);
}
