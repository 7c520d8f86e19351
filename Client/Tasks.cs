using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>A task of the service.</summary>
/// <param name="Kind">import, revalidate, purge, tools, files …</param>
/// <param name="Status">queued, running, completed, failed or expired.</param>
/// <param name="Result">What came of it so far; null before the first item.</param>
public sealed record ServiceTask(
    string Id, string Kind, string Status, TaskProgress Progress, JsonElement? Result, TaskError? Error, DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt)
{
    /// <summary>Who asked for it.</summary>
    public string Actor { get; init; } = "";


    /// <summary>Whether nothing more will come of it.</summary>
    public bool HasEnded => Status is not ("queued" or "running");
}

/// <summary>How far a task is.</summary>
public sealed record TaskProgress(int Done, int Total);

/// <summary>Why a task failed.</summary>
public sealed record TaskError(string Code, string Message);

internal sealed record TaskList(IReadOnlyList<ServiceTask> Items);

/// <summary>Starts tasks and waits for them; all agents of the tenant out as lines, and in again.</summary>
public sealed class TasksApi
{
    private const string Root = "api/v1/tasks";
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly Connection _connection;

    internal TasksApi(Connection connection) => _connection = connection;

    /// <summary>The newest tasks, newest first.</summary>
    public async Task<IReadOnlyList<ServiceTask>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(Root, Json.Default.TaskList, cancellationToken).ConfigureAwait(false)).Items;

    /// <summary>A page of the tasks, newest first; the cursor of the first is null.</summary>
    public Task<Page<ServiceTask>> ListPageAsync(string? cursor, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(new Query().Add("cursor", cursor).AppendTo(Root), Json.Default.PageServiceTask, cancellationToken);

    /// <summary>Starts a task that undoes an upgrade: agents that were not edited since are rolled back.</summary>
    public Task<ServiceTask> UndoAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Post, $"{Root}/{Uri.EscapeDataString(id)}/undo", options), Json.Default.ServiceTask,
            cancellationToken);

    /// <summary>How a task stands; null when there is none of this id any more.</summary>
    public Task<ServiceTask?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        AgentsApi.NullWhenMissing(
            _connection.GetAsync($"{Root}/{Uri.EscapeDataString(id)}", Json.Default.ServiceTask, cancellationToken));

    /// <summary>Starts a task that takes no data: revalidate, purge, tools or files.</summary>
    public Task<ServiceTask> StartAsync(string kind, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Post, Root, options).With(new StartTaskBody(kind), Json.Default.StartTaskBody),
            Json.Default.ServiceTask, cancellationToken);

    /// <summary>Starts a task that makes or replaces an agent for each line, as an export has them. New ones are drafts.</summary>
    /// <param name="dryRun">Whether it is only told what would become of each line.</param>
    /// <param name="createOnly">Whether agents that are there are left as they are.</param>
    public Task<ServiceTask> ImportAsync(
        byte[] lines, bool dryRun = false, bool createOnly = false, WriteOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var query = new Query().Add("dryRun", dryRun ? "true" : null).Add("mode", createOnly ? "create" : null);
        return _connection.SendAsync(
            Request.Write(HttpMethod.Post, query.AppendTo("api/v1/import"), options).With(lines, "application/x-ndjson"),
            Json.Default.ServiceTask, cancellationToken);
    }

    /// <summary>All files and agents of the tenant as lines of JSON, read as they come. Dispose of the stream.</summary>
    public async Task<Stream> ExportAsync(CancellationToken cancellationToken = default)
    {
        var answer = await _connection.OpenAsync(Request.Reading(HttpMethod.Get, "api/v1/export"), cancellationToken).ConfigureAwait(false);
        return await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until a task has ended, and asks for it again and again until then.</summary>
    /// <param name="progress">Told how far it is each time.</param>
    /// <exception cref="InvalidOperationException">The task is gone.</exception>
    public async Task<ServiceTask> WaitAsync(
        string id, IProgress<TaskProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var task = await FindAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"There is no task {id} any more.");
            progress?.Report(task.Progress);
            if (task.HasEnded) return task;
            await Task.Delay(pause, _connection.Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
