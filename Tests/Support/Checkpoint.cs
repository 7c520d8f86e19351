using System.Collections.Concurrent;

namespace AgentManagement.Tests.Support;

/// <summary>A place where grain code stops until the test lets it go on; found by name, also from within a grain.</summary>
public sealed class Checkpoint
{
    private static readonly ConcurrentDictionary<string, Checkpoint> all = new();
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name { get; } = Guid.NewGuid().ToString();

    public bool IsReached => reached.Task.IsCompleted;

    /// <summary>A new one, closed.</summary>
    public static Checkpoint Create()
    {
        var checkpoint = new Checkpoint();
        all[checkpoint.Name] = checkpoint;
        return checkpoint;
    }

    /// <summary>What grain code does at the checkpoint.</summary>
    public static Task Pass(string name)
    {
        var checkpoint = all[name];
        checkpoint.reached.TrySetResult();
        return checkpoint.opened.Task;
    }

    public Task Reached(string by) => Await.For(reached.Task, $"{by} to reach its checkpoint");

    public void Open() => opened.TrySetResult();
}
