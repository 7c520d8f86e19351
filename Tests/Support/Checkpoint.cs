using System.Collections.Concurrent;

namespace AgentManagement.Tests.Support;

/// <summary>A place where grain code stops until the test lets it go on; found by name, also from within a grain.</summary>
public sealed class Checkpoint
{
    private static readonly ConcurrentDictionary<string, Checkpoint> All = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name { get; } = Guid.NewGuid().ToString();

    public bool IsReached => _reached.Task.IsCompleted;

    /// <summary>A new one, closed.</summary>
    public static Checkpoint Create()
    {
        var checkpoint = new Checkpoint();
        All[checkpoint.Name] = checkpoint;
        return checkpoint;
    }

    /// <summary>What grain code does at the checkpoint.</summary>
    public static Task Pass(string name)
    {
        var checkpoint = All[name];
        checkpoint._reached.TrySetResult();
        return checkpoint._opened.Task;
    }

    public Task Reached(string by) => Await.For(_reached.Task, $"{by} to reach its checkpoint");

    public void Open() => _opened.TrySetResult();
}
