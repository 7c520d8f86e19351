using System.Threading.Channels;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>The queue of a service in one process. What it loses with the process is found in the database by the next one.</summary>
internal sealed class LocalTaskQueue : ITaskQueue
{
    private const int Capacity = 1_000;

    private readonly Channel<TaskEntry> _entries =
        Channel.CreateBounded<TaskEntry>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite });

    public bool OutlivesProcess => false;

    public Task<bool> HasRoomAsync() => Task.FromResult(_entries.Reader.Count < Capacity / 2);

    public Task AddAsync(TaskEntry entry)
    {
        _entries.Writer.TryWrite(entry);
        return Task.CompletedTask;
    }

    public async Task<TakenTask> TakeAsync(CancellationToken cancellationToken) =>
        new("", await _entries.Reader.ReadAsync(cancellationToken));

    // An entry is gone with its reading: there is nobody else to give it to.
    public Task RenewAsync(TakenTask taken) => Task.CompletedTask;

    public Task EndAsync(TakenTask taken) => Task.CompletedTask;

    public Task BuryAsync(TakenTask taken, string error) => Task.CompletedTask;
}
