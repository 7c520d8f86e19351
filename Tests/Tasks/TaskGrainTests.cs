using AgentManagement.Tasks;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Tasks;

/// <summary>How a task begins, fails, ends and is forgotten.</summary>
public sealed class TaskGrainTests(TaskGrainTests.Silos silos) : IClassFixture<TaskGrainTests.Silos>
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly string _task = TaskId.New();

    [Fact]
    public async Task A_step_that_throws_is_tried_again_after_growing_pauses_and_then_the_task_has_failed()
    {
        var (silo, job) = (await silos.OfAsync("sqlite", _tenant, isSecond: true), silos.Job);
        job.Failing = 3;
        await silo.ImportAsync(_task, "a\nb\nc\nd\n");
        Assert.Equal((false, TimeSpan.Zero), await silo.StepAsync(_task) is var first ? (first.IsFinished, first.Delay) : default);
        foreach (var seconds in (int[])[1, 3, 9])
        {
            var tries = job.Tries;
            var step = await silo.StepAsync(_task);
            Assert.Equal((false, tries + 1), (step.IsFinished, job.Tries));
            // Whoever asks before the time, however often.
            await silo.StepAsync(_task);
            Assert.Equal(tries + 1, job.Tries);
            silo.Clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        var last = await silo.StepAsync(_task);
        var ended = (await silo.GetAsync(_task)).Value!;
        Assert.Equal((true, "internal_error"), (last.IsFinished, last.Error?.Code));
        Assert.Equal((TaskStatusName.Failed, 2, "internal_error"), (ended.Status, ended.Done, ended.Error?.Code));
        Assert.DoesNotContain("repeats", ended.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(last, await silo.StepAsync(_task));
    }

    [Fact]
    public async Task A_step_that_is_better_the_next_time_counts_its_failures_anew()
    {
        var (silo, job) = (await silos.OfAsync("sqlite", _tenant, isSecond: true), silos.Job);
        job.Failing = 1;
        await silo.ImportAsync(_task, "a\nb\nc\n");
        for (var item = 1; item <= 3; item++)
        {
            for (var failure = 0; failure < 3; failure++)
            {
                await silo.StepAsync(_task);
                silo.Clock.Advance(TimeSpan.FromSeconds(10));
            }
            job.Failing = item + 1;
            await silo.StepAsync(_task);
        }
        Assert.Equal(TaskStatusName.Completed, (await silo.GetAsync(_task)).Value!.Status);
    }

    [Fact]
    public async Task A_task_goes_on_in_the_next_process()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using (var silo = await TaskSilo.StartAsync(database))
        {
            await silo.ImportAsync(_task, TaskSilo.Lines(Enumerable.Range(0, 25).Select(number => $"bot-{number}")));
            await silo.StepAsync(_task);
            // A step takes 20 lines, or as many as there is time for.
            Assert.InRange((await silo.GetAsync(_task)).Value!.Done, 1, 20);
        }
        // With a queue of its own, which is empty, and workers.
        await using var next = await TestSilo.StartAsync(database);
        TestSilo.ActAs("acme");
        var grain = next.Grains.GetGrain<ITaskGrain>(GrainKeys.Task("acme", _task));
        await Await.Until(async () => (await grain.GetAsync()).Value!.Status == TaskStatusName.Completed, "the task is done");
        Assert.Equal(25, (await grain.GetAsync()).Value!.Count("created"));
    }

    [Fact]
    public async Task What_was_in_the_queue_of_the_last_process_is_queued_at_once()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using (var silo = await TaskSilo.StartAsync(database)) await silo.ImportAsync(_task, TaskSilo.Lines("bot"));
        await using var next = await TaskSilo.StartAsync(database, queueOutlivesProcess: false);
        await next.KeepAsync();
        Assert.Equal([_task], next.Queue.TakeAll());
        await next.KeepAsync();
        Assert.Empty(next.Queue.TakeAll());
    }

    [Fact]
    public async Task A_result_is_kept_for_its_time_and_then_gone()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        await silo.ImportAsync(_task, "");
        silo.Clock.Advance(TimeSpan.FromHours(2));
        await silo.FinishAsync(_task);
        silo.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.True((await silo.GetAsync(_task)).IsOk);
        await silo.KeepAsync();
        Assert.True((await silo.GetAsync(_task)).IsOk);
        silo.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(OutcomeKind.NotFound, (await silo.GetAsync(_task)).Kind);
        Assert.NotNull(await silo.Store.FindAsync("acme", _task));
        await silo.KeepAsync();
        Assert.Null(await silo.Store.FindAsync("acme", _task));
    }

    [Fact]
    public async Task Starting_again_finds_the_task_that_there_is_and_another_request_of_its_name_is_refused()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        var lines = TaskSilo.Lines("bot");
        await silo.ImportAsync(_task, lines, fingerprint: "one");
        await silo.FinishAsync(_task);
        Assert.Equal(TaskStatusName.Completed, (await silo.ImportAsync(_task, lines, fingerprint: "one")).Value!.Status);
        (await silo.ImportAsync(_task, lines, fingerprint: "other")).Refused(OutcomeKind.Invalid, "idempotency_key_reused");
        Assert.Equal(0, await silo.CountInputAsync());
        Assert.Single(await silo.LogAsync());
    }

    [Fact]
    public async Task A_tenant_has_ten_tasks_that_have_not_ended_and_no_more()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        var tasks = Enumerable.Range(0, 10).Select(_ => TaskId.New()).ToList();
        foreach (var task in tasks) Assert.True((await silo.ImportAsync(task, "{")).IsOk);
        (await silo.ImportAsync(_task, "{")).Refused(OutcomeKind.QuotaExceeded, "quota_exceeded");
        Assert.True((await silo.ImportAsync(_task, "{", tenantId: Gateway.NewTenant())).IsOk);
        await silo.FinishAsync(tasks[0]);
        Assert.True((await silo.ImportAsync(_task, "{")).IsOk);
    }

    [Theory]
    [InlineData("viewer", TaskKind.Import), InlineData("service", TaskKind.Import), InlineData("viewer", TaskKind.Revalidate),
        InlineData("editor", TaskKind.Purge)]
    public async Task A_task_needs_the_permission_of_its_kind(string role, string kind)
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        TaskCommand command = kind switch
        {
            TaskKind.Import => new ImportAgents(TaskId.New(), 0),
            TaskKind.Purge => new PurgeExpiredAgents(),
            _ => new RevalidateAgents(),
        };
        Assert.Equal(
            "permission_denied", (await Assert.ThrowsAsync<AccessDeniedException>(() => silo.StartAsync(_task, command, role))).Code);
        Assert.Equal(OutcomeKind.NotFound, (await silo.GetAsync(_task)).Kind);
    }

    [Theory, InlineData("admin"), InlineData("editor"), InlineData("service")]
    public async Task Nobody_but_a_silo_has_a_task_worked_on(string role)
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        await silo.ImportAsync(_task, TaskSilo.Lines("bot"));
        TestSilo.ActAs(_tenant, role);
        await Assert.ThrowsAsync<AccessDeniedException>(() => silo.Silo.Grains.GetGrain<ITaskGrain>(GrainKeys.Task(_tenant, _task))
            .StepAsync());
        Assert.Empty(await silo.LogAsync());
    }

    [Fact]
    public async Task What_nobody_is_heard_of_is_queued_again()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        await silo.ImportAsync(_task, TaskSilo.Lines("bot"));
        // The queue loses it.
        await silo.Queue.NextAsync();
        await silo.KeepAsync();
        Assert.Empty(silo.Queue.TakeAll());
        silo.Clock.Advance(TimeSpan.FromSeconds(31));
        silo.Queue.HasRoom = false;
        await silo.KeepAsync();
        Assert.Empty(silo.Queue.TakeAll());
        silo.Queue.HasRoom = true;
        await silo.KeepAsync();
        Assert.Equal([_task], silo.Queue.TakeAll());
        await silo.KeepAsync();
        Assert.Empty(silo.Queue.TakeAll());
    }

    /// <summary>The second one has a stubborn job.</summary>
    public sealed class Silos : SharedTaskSilos
    {
        internal StubbornJob Job { get; } = new();

        private protected override Task<TaskSilo> StartAsync(TestDatabase database, bool isSecond) =>
            TaskSilo.StartAsync(database, isSecond ? Job : null);
    }
}
