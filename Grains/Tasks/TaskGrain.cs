using AgentManagement.Access;
using AgentManagement.ApiKeys;
using AgentManagement.Changes;
using AgentManagement.Domain.Tasks;
using AgentManagement.Domain.Tenants;
using AgentManagement.Grains.Tenants;
using AgentManagement.Keys;
using AgentManagement.Operations;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Tasks;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace AgentManagement.Grains.Tasks;

/// <summary>
/// Does the work of one task in steps. Whoever asks for a step, and however often: there is one activation, it reads where
/// the work stands, and each item's write happens once (<see cref="TaskItem.Once"/>). It ends soon, and does not move.
/// </summary>
[Immovable(ImmovableKind.Rebalancer)]
internal sealed class TaskGrain(
    ITaskStore store, ITaskQueue queue, IEnumerable<ITaskJob> jobs, IEnumerable<IRevokedUsers> revokedUsers, TaskOptions options,
    TimeProvider time, ILogger<TaskGrain> logger) : Grain, ITaskGrain
{
    private const int MaxUnfinished = 10;
    private const int MaxItemsOfStep = 20;
    // Well below the time that a caller waits for an answer.
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan MaintenanceDelay = TimeSpan.FromSeconds(5);

    private readonly TaskNotices _notices = new(time);
    private string _tenantId = "";
    private string _taskId = "";
    private string[] _lines = [];
    private int _firstLine;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!GrainKeys.TryReadTask(this.GetPrimaryKeyString(), out var tenantId, out var taskId))
        {
            throw new ArgumentException("The grain key is not a task's.");
        }
        (_tenantId, _taskId) = (tenantId, taskId);
        return Task.CompletedTask;
    }

    public Task AddLinesAsync(UploadedLines lines) => store.AddLinesAsync(_tenantId, _taskId, lines, Now());

    public async Task DropLinesAsync()
    {
        if (await store.FindAsync(_tenantId, _taskId) is null) await store.DeleteLinesAsync(_tenantId, _taskId);
    }

    public async Task<Outcome<TaskInfo>> StartAsync(TaskCommand command)
    {
        using var scope = logger.BeginScope(TaskScope.Of(_taskId));
        var outcome = await StartOnceAsync(command);
        // Of a start that was refused or repeated. Those of a new task are under its own name by now.
        if (command is ImportAgents { UploadId: var uploadId } && uploadId != _taskId) await store.DeleteLinesAsync(_tenantId, uploadId);
        return outcome;
    }

    private async Task<Outcome<TaskInfo>> StartOnceAsync(TaskCommand command)
    {
        if (await store.FindAsync(_tenantId, _taskId) is { } known) return Repeat(known, command);
        if (await store.CountUnfinishedAsync(_tenantId) >= MaxUnfinished)
        {
            return QuotaMetrics.Count(_tenantId, QuotaRefusals.Tasks<TaskInfo>(MaxUnfinished));
        }
        var plan = await JobOf(command.Kind).PlanAsync(_tenantId, command);
        if (!plan.IsOk) return plan.Refusal<TaskInfo>();

        var now = Now();
        var task = new TaskState
        {
            TaskId = _taskId, Kind = command.Kind, Total = (command as ImportAgents)?.Lines ?? TaskLines.Count(plan.Value),
            Result = JobOf(command.Kind).Begin(command),
            Fingerprint = command.Fingerprint, Caller = Caller.Current!, CreatedAt = now, UpdatedAt = now,
        };
        var isAdded = await store.AddAsync(task, plan.Value, (command as ImportAgents)?.UploadId);
        if (!isAdded) return Repeat((await store.FindAsync(_tenantId, _taskId))!, command);
        logger.LogInformation(LogEvents.TaskStarted, "A task of kind {Kind} was started: {Total} items", task.Kind, task.Total);
        _ = EnqueueAsync(task);
        return Outcome.Ok(task.ToInfo());
    }

    public async Task<Outcome<TaskInfo>> GetAsync() =>
        await store.FindAsync(_tenantId, _taskId) is { } task && !(task.FinishedAt + options.TimeToLive <= time.GetUtcNow())
            ? Outcome.Ok(task.ToInfo())
            : Outcome.NotFound<TaskInfo>();

    public async Task<TaskStep> StepAsync()
    {
        using var scope = logger.BeginScope(TaskScope.Of(_taskId));
        var task = await store.FindAsync(_tenantId, _taskId);
        if (task is null or { IsFinished: true }) return End(task);
        if (TaskRules.RetryDelayOf(task, Now()) is { Ticks: > 0 } delay) return new(false, delay, null);

        if (TaskRules.IsExpired(task, options.TimeToLive, Now())) return await EndAsync(task, TaskRules.Expire(task, Now()));
        if (await IsRevokedAsync(task)) return await EndAsync(task, TaskRules.Revoke(task, Now()));
        Caller.Current = task.Caller with { TaskId = _taskId };
        if (await WorkAsync(task) is not { } next)
        {
            if (TaskRules.Take(task) is var taken && taken != task) await store.WriteAsync(task, taken);
            return new(false, MaintenanceDelay, null);
        }
        // Otherwise another activation was there, as it can be while silos come and go: what it wrote is read by the next step.
        if (!await store.WriteAsync(task, next)) return new(false, TimeSpan.Zero, null);
        _notices.Publish(next, GrainFactory);
        LogProgress(next);
        return next.IsFinished ? End(next) : new(false, TaskRules.RetryDelayOf(next, Now()), null);
    }

    /// <summary>Whether the user or the API key that began the task was revoked since: in its name nothing is done any more.</summary>
    private async Task<bool> IsRevokedAsync(TaskState task)
    {
        var caller = task.Caller;
        if (caller.Role != Caller.KeyRole || !ChangeSubject.TryReadApiKey(caller.Subject, out var keyId))
        {
            foreach (var users in revokedUsers)
            {
                if (await users.IsRevokedSinceAsync(_tenantId, caller.Subject, task.CreatedAt)) return true;
            }
            return false;
        }
        // As the service itself, whose call the step is.
        return !await GrainFactory.GetGrain<IApiKeysGrain>(GrainKeys.Tenant(_tenantId)).IsThereAsync(keyId);
    }

    /// <summary>Ends the task before its time.</summary>
    private async Task<TaskStep> EndAsync(TaskState before, TaskState ended)
    {
        Caller.Current = before.Caller with { TaskId = _taskId };
        if (!await store.WriteAsync(before, ended)) return new(false, TimeSpan.Zero, null);
        if (ended.Status == TaskStatusName.Expired)
        {
            logger.LogWarning(LogEvents.TaskExpired, "A task of kind {Kind} has expired: no worker took it in time", ended.Kind);
        }
        else logger.LogWarning(LogEvents.TaskRevoked, "A task of kind {Kind} has ended: who began it was revoked", ended.Kind);
        _notices.Publish(ended, GrainFactory);
        return End(ended);
    }

    private void LogProgress(TaskState task)
    {
        if (task.Status == TaskStatusName.Completed)
        {
            logger.LogInformation(LogEvents.TaskCompleted, "A task of kind {Kind} has ended: {Done} items", task.Kind, task.Done);
        }
        // What failed is told where it failed, and its end by the worker.
        else if (task.Attempts == 0)
        {
            logger.LogDebug(
                LogEvents.TaskStepDone, "A task of kind {Kind} has done {Done} of {Total} items", task.Kind, task.Done, task.Total);
        }
    }

    private TaskStep End(TaskState? task)
    {
        _lines = [];
        return new(true, TimeSpan.Zero, task?.Error);
    }

    /// <summary>The task after a step; null when there can be none now.</summary>
    private async Task<TaskState?> WorkAsync(TaskState task)
    {
        try
        {
            var lines = task.Done == task.Total ? [] : await ReadLinesAsync(task.Done);
            var start = time.GetTimestamp();
            var work = await JobOf(task.Kind).RunAsync(
                task, lines, items => items >= MaxItemsOfStep || time.GetElapsedTime(start) >= LongestStep);
            TaskMetrics.CountStep(task.Kind, hasFailed: false);
            return TaskRules.Advance(task, work.Done, work.Result, Now());
        }
        catch (MaintenanceException stopped)
        {
            // No failure of the task. What the step had done it finds done.
            logger.LogInformation(LogEvents.TaskWaitingForMaintenance, "A task waits: {Reason}", stopped.Message);
            return null;
        }
        catch (Exception exception)
        {
            TaskMetrics.CountStep(task.Kind, hasFailed: true);
            logger.LogWarning(LogEvents.TaskStepFailed, exception, "Attempt {Attempt} of a task's next step failed", task.Attempts + 1);
            return TaskRules.Fail(task, Describe(exception), Now());
        }
    }

    /// <summary>The lines from one on, up to the end of the piece that holds it.</summary>
    private async Task<IReadOnlyList<string>> ReadLinesAsync(int line)
    {
        if (line < _firstLine || line >= _firstLine + _lines.Length)
        {
            var piece = await store.ReadLinesAsync(_tenantId, _taskId, line);
            (_firstLine, _lines) = piece is null ? (0, []) : (piece.First, TaskLines.Split(piece.Lines));
            if (line >= _firstLine + _lines.Length) throw new InvalidOperationException("The task lacks input.");
        }
        return new ArraySegment<string>(_lines)[(line - _firstLine)..];
    }

    private static Outcome<TaskInfo> Repeat(TaskState known, TaskCommand command) => known.Fingerprint == command.Fingerprint
        ? Outcome.Ok(known.ToInfo())
        : Outcome.Refuse<TaskInfo>(OutcomeKind.Invalid, "idempotency_key_reused", "Another request was made with this Idempotency-Key.");

    /// <summary>Nobody waits for the queue: the task is stored, and will be found.</summary>
    private async Task EnqueueAsync(TaskState task)
    {
        try
        {
            await queue.EnqueueAsync(new(_tenantId, _taskId, task.Kind, task.Caller.CorrelationId));
        }
        catch (Exception exception)
        {
            logger.LogWarning(LogEvents.TaskNotQueued, exception, "A task could not be queued; it will be later");
        }
    }

    // An exception's own text may repeat what a client sent, and is for the log.
    private static TaskError Describe(Exception exception) => exception is AccessDeniedException denied
        ? new(denied.Code, denied.Message)
        : new("internal_error", "The work could not go on; the log has the reason, under the correlation id of the request.");

    private ITaskJob JobOf(string kind) =>
        jobs.FirstOrDefault(job => job.Kind == kind) ?? throw new InvalidOperationException("There is no job of this kind.");

    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
