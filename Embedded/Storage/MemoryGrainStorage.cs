using System.Globalization;
using System.Text.Json;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Keeps states as JSON in memory, with the same conflict rule as a database.</summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string StateName, GrainId), (byte[]? Payload, int Version)> _stored = [];

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_gate)
        {
            var found = _stored.TryGetValue((stateName, grainId), out var entry);
            grainState.State = entry.Payload is null ? Activator.CreateInstance<T>() : JsonSerializer.Deserialize<T>(entry.Payload);
            grainState.ETag = found ? entry.Version.ToString(CultureInfo.InvariantCulture) : null;
            grainState.RecordExists = entry.Payload is not null;
            return Task.CompletedTask;
        }
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Change(stateName, grainId, grainState, JsonSerializer.SerializeToUtf8Bytes(grainState.State));
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Change(stateName, grainId, grainState, null);
        grainState.State = Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    private void Change<T>(string stateName, GrainId grainId, IGrainState<T> grainState, byte[]? payload)
    {
        lock (_gate)
        {
            var found = _stored.TryGetValue((stateName, grainId), out var entry);
            var version = found ? entry.Version.ToString(CultureInfo.InvariantCulture) : null;
            if (version != grainState.ETag) throw new InconsistentStateException($"Version conflict: {stateName} of {grainId}.");
            _stored[(stateName, grainId)] = (payload, entry.Version + 1);
            grainState.ETag = (entry.Version + 1).ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = payload is not null;
        }
    }
}
