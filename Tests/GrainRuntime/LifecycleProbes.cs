using System.Collections.Concurrent;
using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Runtime;

namespace AgentManagement.Tests.GrainRuntime;

[GenerateSerializer]
[Alias("tests.Tally")]
public sealed record Tally
{
    [Id(0)]
    public int Count { get; set; }
}

/// <summary>What happened to the activations of one key, told by themselves.</summary>
public static class Diary
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Entries = new();

    /// <summary>What the next activations of the key are to do.</summary>
    public static ConcurrentDictionary<string, Func<IGrainBase, Task>> OnActivate { get; } = new();

    /// <summary>What the activations of the key are to do at their end.</summary>
    public static ConcurrentDictionary<string, Action> OnDeactivate { get; } = new();

    public static void Write(string key, string entry) => Entries.GetOrAdd(key, _ => new()).Enqueue(entry);

    public static string[] Read(string key) => Entries.TryGetValue(key, out var found) ? [.. found] : [];
}

public interface ITallyGrain : IGrainWithStringKey
{
    Task<int> Add();

    Task<int> Get();

    /// <summary>Changes the state in memory only.</summary>
    Task Scribble(int count);

    Task Write();

    Task Clear();

    Task Leave(string checkpoint);

    Task<int> ReadOutsideOfTheTurn();
}

public sealed class TallyGrain([PersistentState("tally", "memory")] IPersistentState<Tally> state) : Grain, ITallyGrain, IDisposable
{
    private string _key = "";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = this.GetPrimaryKeyString();
        Diary.Write(_key, $"activated with {state.State.Count}");
        if (Diary.OnActivate.TryGetValue(_key, out var action))
        {
            await action(this);
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Diary.Write(_key, $"deactivated: {reason.ReasonCode}");
        if (Diary.OnDeactivate.TryGetValue(_key, out var action)) action();
        return Task.CompletedTask;
    }

    public async Task<int> Add()
    {
        state.State.Count++;
        await state.WriteStateAsync();
        return state.State.Count;
    }

    public Task<int> Get() => Task.FromResult(state.State.Count);

    public Task Scribble(int count)
    {
        state.State.Count = count;
        return Task.CompletedTask;
    }

    public Task Write() => state.WriteStateAsync();

    public Task Clear() => state.ClearStateAsync();

    public async Task Leave(string checkpoint)
    {
        DeactivateOnIdle();
        await Checkpoint.Pass(checkpoint);
        Diary.Write(_key, "left");
    }

    public async Task<int> ReadOutsideOfTheTurn()
    {
        await Task.Yield();
        return await Task.Run(() => state.State.Count);
    }

    public void Dispose() => Diary.Write(_key, "disposed");
}
