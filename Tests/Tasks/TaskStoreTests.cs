using AgentManagement.Domain.Tasks;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;
using AgentManagement.Tasks;

namespace AgentManagement.Tests.Tasks;

/// <summary>What the statements themselves make sure of, whatever grains believe.</summary>
public sealed class TaskStoreTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = Given.Now;

    private TestDatabase? _database;
    private Database? _opened;

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    public async ValueTask DisposeAsync()
    {
        if (_opened is not null) await _opened.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_task_is_found_as_it_was_written(string kind)
    {
        var store = await OpenAsync(kind);
        var task = Make("acme", tier: "free") with { Fingerprint = "print" };
        Assert.True(await store.AddAsync(task, "one\ntwo\n"));
        Assert.False(await store.AddAsync(task with { Kind = TaskKind.Purge }, "other"));
        Assert.Equal(task, await store.FindAsync("acme", task.TaskId));
        Assert.Equal(new UploadedLines(0, "one\ntwo\n"), await store.ReadLinesAsync("acme", task.TaskId, 1));
        Assert.Null(await store.FindAsync("other", task.TaskId));

        var failed = task with
        {
            Status = TaskStatusName.Failed,
            Error = new("code", "Why."),
            Result = new("""{"a":1}"""),
            FinishedAt = Now
        };
        Assert.True(await store.WriteAsync(task, failed));
        Assert.Equal(failed, await store.FindAsync("acme", task.TaskId));
        Assert.Null(await store.ReadLinesAsync("acme", task.TaskId, 0));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_task_that_has_ended_never_changes_and_none_goes_back(string kind)
    {
        var store = await OpenAsync(kind);
        var task = Make("acme");
        await store.AddAsync(task, "");
        var half = TaskRules.Advance(task, 5, JsonText.EmptyObject, Now);
        Assert.True(await store.WriteAsync(task, half));
        // Somebody who still believes in the beginning.
        Assert.False(await store.WriteAsync(task, TaskRules.Advance(task, 3, JsonText.EmptyObject, Now)));
        Assert.False(await store.WriteAsync(task, TaskRules.Fail(task, new("c", "m"), Now)));
        Assert.False(await store.WriteAsync(half, half with { Done = 4 }));
        var ended = TaskRules.Advance(half, 10, JsonText.EmptyObject, Now);
        Assert.True(await store.WriteAsync(half, ended));
        Assert.False(await store.WriteAsync(ended, ended with { Status = TaskStatusName.Running, FinishedAt = null }));
        Assert.Equal(ended, await store.FindAsync("acme", task.TaskId));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Of_those_who_look_for_silent_tasks_at_once_one_gets_each(string kind)
    {
        var store = await OpenAsync(kind);
        var tasks = Enumerable.Range(0, 12).Select(number => Make($"tenant-{number}")).ToList();
        foreach (var task in tasks) await store.AddAsync(task with { UpdatedAt = Now }, "");
        var ended = Make("acme");
        await store.AddAsync(ended, "");
        await store.WriteAsync(ended, TaskRules.Advance(ended, 10, JsonText.EmptyObject, Now));

        Assert.Empty(await store.RequeueStalledAsync(Now.AddSeconds(-1), Now, 100));
        var taken = (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.RequeueStalledAsync(Now, Now.AddMinutes(1), 5))))
            .SelectMany(each => each).ToList();
        Assert.Equal(taken.Distinct().Count(), taken.Count);
        taken.AddRange(await store.RequeueStalledAsync(Now, Now.AddMinutes(1), 100));
        Assert.Equal(tasks.Select(task => task.TaskId).Order(), taken.Select(entry => entry.TaskId).Order());
        Assert.Empty(await store.RequeueStalledAsync(Now, Now.AddMinutes(1), 100));
        Assert.Equal(tasks.Count, (await store.RequeueStalledAsync(Now.AddMinutes(1), Now.AddMinutes(2), 100)).Length);
        // However often they are queued, health sees how long they have not moved.
        Assert.Equal(Now, (await new SqlBacklogs(_opened!).OfStepsAsync()).Since);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_ended_long_ago_is_deleted_and_the_newest_are_listed_first(string kind)
    {
        var store = await OpenAsync(kind);
        var tasks = Enumerable.Range(0, 4).Select(number => Make("acme") with { CreatedAt = Now.AddSeconds(number) }).ToList();
        foreach (var task in tasks) await store.AddAsync(task, "");
        await store.AddAsync(Make("other"), "");
        await store.WriteAsync(tasks[0], TaskRules.Advance(tasks[0], 10, JsonText.EmptyObject, Now));
        await store.WriteAsync(tasks[1], TaskRules.Advance(tasks[1], 10, JsonText.EmptyObject, Now.AddSeconds(1)));

        Assert.Equal(
            [tasks[3].TaskId, tasks[2].TaskId, tasks[1].TaskId], (await store.ListAsync("acme", Now.AddSeconds(1), null, 10, default))
            .Select(task => task.TaskId));
        Assert.Equal([tasks[3].TaskId], (await store.ListAsync("acme", Now, null, 1, default)).Select(task => task.TaskId));
        await store.DeleteEndedAsync(Now);
        Assert.Null(await store.FindAsync("acme", tasks[0].TaskId));
        Assert.NotNull(await store.FindAsync("acme", tasks[1].TaskId));
        Assert.Equal(2, await store.CountUnfinishedAsync("acme"));
    }

    /// <summary>On a database without a silo: nobody else works on what is there.</summary>
    private async Task<SqlTaskStore> OpenAsync(string kind)
    {
        _database = await TestDatabase.CreateAsync(kind);
        _opened = await Database.OpenAsync(new DatabaseSettings { Url = _database.Url, Directory = _database.Directory });
        await new SchemaMigrator(_opened).ApplyAsync();
        return new(_opened);
    }

    private static TaskState Make(string tenantId, string? tier = null) => new()
    {
        TaskId = TaskId.New(), Kind = TaskKind.Import, Total = 10, CreatedAt = Now, UpdatedAt = Now,
        Caller = new Caller(tenantId, "ann", "editor", tier, "correlation"),
    };
}
