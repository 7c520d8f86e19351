using System.Threading.Channels;
using AgentManagement.Grains.Tasks;
using AgentManagement.Tasks;

namespace AgentManagement.Tests.Tasks;

/// <summary>A queue whose entries nobody gets but the test, so that it decides when a task goes on.</summary>
internal sealed class HeldQueue : ITaskQueue
{
    private readonly Channel<TaskEntry> _entries = Channel.CreateUnbounded<TaskEntry>();

    public bool OutlivesProcess { get; init; } = true;

    public bool HasRoom { get; set; } = true;

    /// <summary>The entry that was added next.</summary>
    public Task<TaskEntry> NextAsync() => Support.Await.For(_entries.Reader.ReadAsync().AsTask(), "an entry of the queue");

    /// <summary>The tasks of all entries that nobody has looked at.</summary>
    public List<string> TakeAll()
    {
        var taken = new List<string>();
        while (_entries.Reader.TryRead(out var entry)) taken.Add(entry.TaskId);
        return taken;
    }

    public Task<bool> HasRoomAsync() => Task.FromResult(HasRoom);

    public Task EnqueueAsync(TaskEntry entry)
    {
        _entries.Writer.TryWrite(entry);
        return Task.CompletedTask;
    }

    public async Task<QueuedTask> DequeueAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new OperationCanceledException(cancellationToken);
    }

    public Task RenewAsync(IReadOnlyCollection<QueuedTask> tasks) => Task.CompletedTask;

    public Task RemoveAsync(QueuedTask task) => Task.CompletedTask;

    public Task DeadLetterAsync(QueuedTask task, string error) => Task.CompletedTask;
}
