using AgentManagement.Grains.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>The tasks that wait for a step. Tenants take turns, and so do the tasks of one tenant.</summary>
internal sealed class TaskTurns : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly Dictionary<string, Queue<QueuedTask>> _tasks = new(StringComparer.Ordinal);
    private readonly Queue<string> _tenants = new();

    public void Add(string tenantId, QueuedTask task)
    {
        lock (_lock)
        {
            if (!_tasks.TryGetValue(tenantId, out var tasks))
            {
                _tasks.Add(tenantId, tasks = new());
                _tenants.Enqueue(tenantId);
            }
            tasks.Enqueue(task);
        }
        _waiting.Release();
    }

    /// <summary>Waits for the task whose turn is next. Nobody else gets it until it is added again.</summary>
    public async Task<QueuedTask> NextAsync(CancellationToken cancellationToken)
    {
        await _waiting.WaitAsync(cancellationToken);
        lock (_lock)
        {
            var tenantId = _tenants.Dequeue();
            var tasks = _tasks[tenantId];
            var task = tasks.Dequeue();
            if (tasks.Count == 0) _tasks.Remove(tenantId);
            else _tenants.Enqueue(tenantId);
            return task;
        }
    }

    public void Dispose() => _waiting.Dispose();
}
