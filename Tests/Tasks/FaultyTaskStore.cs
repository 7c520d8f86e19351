using System.Collections.Immutable;
using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Tasks;
using AgentManagement.Tasks;

namespace AgentManagement.Tests.Tasks;

/// <summary>A store in front of another, whose next write a test can make fail: what the step did is done, its progress is lost.</summary>
internal sealed class FaultyTaskStore(ITaskStore inner) : ITaskStore
{
    private readonly List<string> _written = [];
    private readonly List<(string TaskId, int Line)> _read = [];

    public Exception? NextWrite { get; set; }

    /// <summary>The tasks of all steps that were written, in their order.</summary>
    public List<string> Written
    {
        get
        {
            lock (_written) return [.. _written];
        }
    }

    /// <summary>The lines of which pieces of a task were read, in their order.</summary>
    public List<int> ReadOf(string taskId)
    {
        lock (_read) return [.. _read.Where(read => read.TaskId == taskId).Select(read => read.Line)];
    }

    public Task<bool> WriteAsync(TaskState before, TaskState after)
    {
        lock (_written) _written.Add(after.TaskId);
        var (failure, _) = (NextWrite, NextWrite = null);
        return failure is null ? inner.WriteAsync(before, after) : Task.FromException<bool>(failure);
    }

    public Task<bool> AddAsync(TaskState task, string lines, string? uploadId) => inner.AddAsync(task, lines, uploadId);

    public Task<TaskState?> FindAsync(string tenantId, string taskId) => inner.FindAsync(tenantId, taskId);

    public Task AddLinesAsync(string tenantId, string uploadId, UploadedLines lines, DateTimeOffset now) =>
        inner.AddLinesAsync(tenantId, uploadId, lines, now);

    public Task<UploadedLines?> ReadLinesAsync(string tenantId, string taskId, int line)
    {
        lock (_read) _read.Add((taskId, line));
        return inner.ReadLinesAsync(tenantId, taskId, line);
    }

    public Task DeleteLinesAsync(string tenantId, string uploadId) => inner.DeleteLinesAsync(tenantId, uploadId);

    public Task DeleteLostLinesAsync(DateTimeOffset uploadedBefore) => inner.DeleteLostLinesAsync(uploadedBefore);

    public Task<ImmutableArray<TaskState>> ListAsync(
        string tenantId, DateTimeOffset endedBefore, ListPosition? after, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(tenantId, endedBefore, after, limit, cancellationToken);

    public Task<int> CountUnfinishedAsync(string tenantId) => inner.CountUnfinishedAsync(tenantId);

    public Task<ImmutableArray<TaskEntry>> ReadUntakenAsync(DateTimeOffset createdBefore, int limit) =>
        inner.ReadUntakenAsync(createdBefore, limit);

    public Task<ImmutableArray<TaskEntry>> RequeueStalledAsync(DateTimeOffset stalledSince, DateTimeOffset now, int limit) =>
        inner.RequeueStalledAsync(stalledSince, now, limit);

    public Task DeleteEndedAsync(DateTimeOffset endedBefore) => inner.DeleteEndedAsync(endedBefore);
}
