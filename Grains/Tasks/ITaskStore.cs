using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Storage;
using AgentManagement.Tasks;

namespace AgentManagement.Grains.Tasks;

/// <summary>Keeps tasks. A task that has ended never changes, and none goes back, whatever the grains believe.</summary>
public interface ITaskStore
{
    /// <summary>Adds a task; false when there is one of this id.</summary>
    /// <param name="task">The task.</param>
    /// <param name="lines">What it works on, where it has no upload.</param>
    /// <param name="uploadId">The upload whose lines become its own; null for none.</param>
    Task<bool> AddAsync(TaskState task, string lines, string? uploadId = null);

    /// <summary>The task; null when there is none.</summary>
    Task<TaskState?> FindAsync(string tenantId, string taskId);

    /// <summary>Keeps some lines of an upload; those that are kept already, again.</summary>
    Task AddLinesAsync(string tenantId, string uploadId, UploadedLines lines, DateTimeOffset now);

    /// <summary>The piece of the task's lines with a line, counted from 0; null when there is none, as after its end.</summary>
    Task<UploadedLines?> ReadLinesAsync(string tenantId, string taskId, int line);

    /// <summary>Deletes the lines of an upload that became no task's.</summary>
    Task DeleteLinesAsync(string tenantId, string uploadId);

    /// <summary>Deletes the lines of all uploads from before a time that became no task's.</summary>
    Task DeleteLostLinesAsync(DateTimeOffset uploadedBefore);

    /// <summary>Writes the task as it is after a step, and with its end removes its input.</summary>
    /// <returns>False, and nothing was written, when it is not any more as it was before the step.</returns>
    Task<bool> WriteAsync(TaskState before, TaskState after);

    /// <summary>The tenant's tasks, newest first, without those that ended before a time.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="endedBefore">The time.</param>
    /// <param name="after">The last of the page before; null for the first page.</param>
    /// <param name="limit">Most of them.</param>
    /// <param name="cancellationToken">Of whoever asks.</param>
    Task<ImmutableArray<TaskState>> ListAsync(
        string tenantId, DateTimeOffset endedBefore, ListPosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>How many of the tenant's tasks have not ended.</summary>
    Task<int> CountUnfinishedAsync(string tenantId);

    /// <summary>
    /// Takes the unfinished tasks without a step since a time, nor queued again since then, oldest first, and notes that they are queued
    /// now.
    /// </summary>
    Task<ImmutableArray<TaskEntry>> RequeueStalledAsync(DateTimeOffset stalledSince, DateTimeOffset now, int limit);

    /// <summary>The tasks from before a time of which no worker has done a step, oldest first.</summary>
    Task<ImmutableArray<TaskEntry>> ReadUntakenAsync(DateTimeOffset createdBefore, int limit);

    /// <summary>Deletes the tasks that ended before a time.</summary>
    Task DeleteEndedAsync(DateTimeOffset endedBefore);
}
