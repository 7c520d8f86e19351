using System.Threading.Channels;
using AgentManagement.Grains.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>The queue of a service in one process. The next process finds in the database what is lost with this one.</summary>
internal sealed class LocalTaskQueue : ITaskQueue
{
    private const int Capacity = 1_000;

    private readonly Channel<TaskEntry> _entries =
        Channel.CreateBounded<TaskEntry>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite });

    public bool OutlivesProcess => false;

    public Task<bool> HasRoomAsync() => Task.FromResult(_entries.Reader.Count < Capacity / 2);

    public Task EnqueueAsync(TaskEntry entry)
    {
        _entries.Writer.TryWrite(entry);
        return Task.CompletedTask;
    }

    public async Task<QueuedTask> DequeueAsync(CancellationToken cancellationToken) =>
        new("", await _entries.Reader.ReadAsync(cancellationToken));

    // Reading removes an entry: there is no other worker to give it to.
    public Task RenewAsync(IReadOnlyCollection<QueuedTask> tasks) => Task.CompletedTask;

    public Task RemoveAsync(QueuedTask task) => Task.CompletedTask;

    public Task DeadLetterAsync(QueuedTask task, string error) => Task.CompletedTask;
}
