using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Tasks;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Storage;
using AgentManagement.Silo.Tasks;
using AgentManagement.Tasks;
using Dapper;

namespace AgentManagement.Tests.Tasks;

/// <summary>A silo whose tasks go on only when a test says so, and whose store it can make fail.</summary>
internal sealed class TaskSilo : IAsyncDisposable
{
    private TestSilo _silo = null!;
    private TestDatabase? _ownDatabase;

    public TestSilo Silo => _silo;

    /// <summary>The tenant that is meant where a call names none.</summary>
    public string TenantId { get; set; } = "acme";

    public HeldQueue Queue { get; private init; } = null!;

    public ShiftedClock Clock { get; } = new();

    public FaultyTaskStore Store => (FaultyTaskStore)_silo.Services.GetRequiredService<ITaskStore>();

    /// <summary>The housekeeping of tasks, which runs only when the test says so.</summary>
    public async Task KeepAsync()
    {
        var jobs = _silo.Services.GetServices<IHousekeepingJob>().ToList();
        foreach (var job in jobs.OfType<DailyTask>()) await job.RunAsync(CancellationToken.None);
        await jobs.OfType<StoredTasks>().Single().RunAsync(CancellationToken.None);
    }

    /// <summary>Starts it, on a database that may hold something already.</summary>
    public static async Task<TaskSilo> StartAsync(
        TestDatabase database, ITaskJob? job = null, bool queueOutlivesProcess = true,
        Func<HostSettings, HostSettings>? change = null, Action<IServiceCollection>? adjust = null)
    {
        var silo = new TaskSilo { Queue = new HeldQueue { OutlivesProcess = queueOutlivesProcess } };
        silo._silo = await TestSilo.StartAsync(database, change: change, configure: services =>
        {
            services.AddSingleton<ITaskQueue>(silo.Queue);
            services.AddSingleton<TimeProvider>(silo.Clock);
            services.AddSingleton<ITaskStore>(provider => new FaultyTaskStore(new SqlTaskStore(provider.GetRequiredService<Database>())));
            // Found before the service's own of its kind.
            if (job is not null) services.AddSingleton(job);
        }, adjust: services =>
        {
            adjust?.Invoke(services);
            services.Remove(services.Single(service => service.ImplementationType == typeof(HousekeepingPing)));
        });
        return silo;
    }

    /// <summary>Starts it on a new database, which goes with it.</summary>
    public static async Task<TaskSilo> StartAsync(
        string databaseKind, ITaskJob? job = null, bool queueOutlivesProcess = true,
        Func<HostSettings, HostSettings>? change = null, Action<IServiceCollection>? adjust = null)
    {
        var database = await TestDatabase.CreateAsync(databaseKind);
        var silo = await StartAsync(database, job, queueOutlivesProcess, change, adjust);
        silo._ownDatabase = database;
        return silo;
    }

    /// <summary>Asks for a task as a user.</summary>
    public Task<Outcome<TaskInfo>> StartAsync(string taskId, TaskCommand command, string role = "admin", string? tenantId = null)
    {
        TestSilo.ActAs(tenantId ?? TenantId, role);
        return Grain(taskId, tenantId).StartAsync(command);
    }

    /// <summary>Uploads lines, a piece for each text, and asks for their import.</summary>
    public async Task<Outcome<TaskInfo>> ImportAsync(
        string taskId, string[] pieces, string role = "admin", string? tenantId = null, string? fingerprint = null)
    {
        var (uploadId, lines) = (TaskId.New(), 0);
        foreach (var piece in pieces)
        {
            TestSilo.ActAs(tenantId ?? TenantId, role);
            await Grain(uploadId, tenantId).AddLinesAsync(new(lines, piece));
            lines += TaskLines.Count(piece);
        }
        return await StartAsync(taskId, new ImportAgents(uploadId, lines) { Fingerprint = fingerprint }, role, tenantId);
    }

    /// <inheritdoc cref="ImportAsync(string, string[], string, string, string?)"/>
    public Task<Outcome<TaskInfo>> ImportAsync(
        string taskId, string lines, string role = "admin", string? tenantId = null, string? fingerprint = null) =>
        ImportAsync(taskId, [lines], role, tenantId, fingerprint);

    /// <summary>How many pieces of lines are kept, of the tenant's tasks and uploads.</summary>
    public Task<long> CountInputAsync() =>
        _silo.Database.QuerySingleAsync<long>("SELECT count(*) FROM task_input WHERE tenant_id = @TenantId", new { TenantId });

    /// <summary>What a worker does.</summary>
    public Task<TaskStep> StepAsync(string taskId, string? tenantId = null)
    {
        TestSilo.ActAs(tenantId ?? TenantId, Caller.SiloRole);
        return Grain(taskId, tenantId).StepAsync();
    }

    /// <summary>Steps until the task has ended; returns it.</summary>
    public async Task<TaskInfo> FinishAsync(string taskId, string? tenantId = null)
    {
        while (!(await StepAsync(taskId, tenantId)).IsFinished)
        {
        }
        return (await GetAsync(taskId, tenantId)).Value!;
    }

    public Task<Outcome<TaskInfo>> GetAsync(string taskId, string? tenantId = null)
    {
        TestSilo.ActAs(tenantId ?? TenantId, "viewer");
        return Grain(taskId, tenantId).GetAsync();
    }

    /// <summary>The kinds of the tenant's changes with their agents, actors and roles, oldest first.</summary>
    public async Task<List<(string Kind, string AgentId, string Actor, string Role)>> LogAsync()
    {
        await using var connection = await _silo.Database.Source.OpenConnectionAsync();
        return [.. await connection.QueryAsync<(string, string, string, string)>(
            "SELECT kind, agent_id, actor, role FROM change_log WHERE tenant_id = @TenantId ORDER BY revision", new { TenantId })];
    }

    /// <summary>Lines of an import: complete agents with these ids.</summary>
    public static string Lines(params IEnumerable<string> ids) => TaskLines.Join(ids.Select(id => Sample.Content(id: id).Text));

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        if (_ownDatabase is not null) await _ownDatabase.DisposeAsync();
    }

    private ITaskGrain Grain(string taskId, string? tenantId) =>
        _silo.Grains.GetGrain<ITaskGrain>(GrainKeys.Task(tenantId ?? TenantId, taskId));
}

internal static class TaskResults
{
    /// <summary>A number of a task's result.</summary>
    public static int Count(this TaskInfo task, string member) => task.Json().GetProperty(member).GetInt32();

    public static JsonElement Json(this TaskInfo task) => JsonDocument.Parse(task.Result!.Value.Text).RootElement;
}
