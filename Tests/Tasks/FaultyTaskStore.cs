using System.Collections.Immutable;
using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Tasks;
using AgentManagement.Tasks;

namespace AgentManagement.Tests.Tasks;

/// <summary>A store in front of another, whose next write a test can make fail: what the step did is done, its progress is lost.</summary>
internal sealed class FaultyTaskStore(ITaskStore inner) : ITaskStore
{
    private readonly List<string> _written = [];

    public Exception? NextWrite { get; set; }

    /// <summary>The tasks of all steps that were written, in their order.</summary>
    public List<string> Written
    {
        get
        {
            lock (_written) return [.. _written];
        }
    }

    public Task<bool> WriteAsync(TaskState before, TaskState after)
    {
        lock (_written) _written.Add(after.TaskId);
        var (failure, _) = (NextWrite, NextWrite = null);
        return failure is null ? inner.WriteAsync(before, after) : Task.FromException<bool>(failure);
    }

    public Task<bool> AddAsync(TaskState task, string input) => inner.AddAsync(task, input);

    public Task<TaskState?> FindAsync(string tenantId, string taskId) => inner.FindAsync(tenantId, taskId);

    public Task<string?> ReadInputAsync(string tenantId, string taskId) => inner.ReadInputAsync(tenantId, taskId);

    public Task<ImmutableArray<TaskState>> ListAsync(
        string tenantId, DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(tenantId, endedBefore, limit, cancellationToken);

    public Task<int> CountUnfinishedAsync(string tenantId) => inner.CountUnfinishedAsync(tenantId);

    public Task<ImmutableArray<TaskEntry>> RequeueStalledAsync(DateTimeOffset stalledSince, DateTimeOffset now, int limit) =>
        inner.RequeueStalledAsync(stalledSince, now, limit);

    public Task DeleteEndedAsync(DateTimeOffset endedBefore) => inner.DeleteEndedAsync(endedBefore);
}
