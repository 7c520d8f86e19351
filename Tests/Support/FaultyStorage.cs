using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace AgentManagement.Tests.Support;

/// <summary>A storage in front of another, whose next read or write a test can make fail.</summary>
public sealed class FaultyStorage(IGrainStorage inner) : IGrainStorage
{
    public Exception? NextRead { get; set; }

    public Exception? NextWrite { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (failure, _) = (NextRead, NextRead = null);
        return failure is null ? inner.ReadStateAsync(stateName, grainId, grainState) : Task.FromException(failure);
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (failure, _) = (NextWrite, NextWrite = null);
        return failure is null ? inner.WriteStateAsync(stateName, grainId, grainState) : Task.FromException(failure);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ClearStateAsync(stateName, grainId, grainState);
}
