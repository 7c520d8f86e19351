using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Concurrency;

namespace AgentManagement.Tests.GrainRuntime;

/// <summary>Methods that stop at a checkpoint, in every concurrency class that a method can have.</summary>
public interface IHold : IGrainWithStringKey
{
    Task Hold(string checkpoint);

    [ReadOnly]
    Task Read(string checkpoint);

    [AlwaysInterleave]
    Task Interleave(string checkpoint);

    /// <summary>Interleaves: once it answers, everything sent before it that may start has started.</summary>
    [AlwaysInterleave]
    Task Ping();
}

public interface IProbe : IHold;

public interface ICountProbe : IGrainWithStringKey
{
    /// <summary>Adds one, in steps that would lose counts if two threads ran at once.</summary>
    [AlwaysInterleave]
    Task Add();

    Task<int> Sum();
}

public interface IWorkerProbe : IGrainWithStringKey
{
    Task<int> Hold(string checkpoint);
}

public sealed class ProbeGrain : Grain, IProbe
{
    public Task Hold(string checkpoint) => Checkpoint.Pass(checkpoint);

    public Task Read(string checkpoint) => Checkpoint.Pass(checkpoint);

    public Task Interleave(string checkpoint) => Checkpoint.Pass(checkpoint);

    public Task Ping() => Task.CompletedTask;
}

public sealed class CountProbeGrain : Grain, ICountProbe
{
    private int _sum;

    public async Task Add()
    {
        await Task.Yield();
        var before = _sum;
        Thread.SpinWait(50);
        _sum = before + 1;
        await Task.Yield();
    }

    public Task<int> Sum() => Task.FromResult(_sum);
}

[StatelessWorker(2)]
public sealed class WorkerProbeGrain : Grain, IWorkerProbe
{
    private static int _instances;
    private readonly int _number = Interlocked.Increment(ref _instances);

    public async Task<int> Hold(string checkpoint)
    {
        await Checkpoint.Pass(checkpoint);
        return _number;
    }
}
