using System.Collections.Concurrent;
using System.Reflection;
using System.Threading.Channels;
using AgentManagement.Grains.Tasks;
using AgentManagement.Silo.Tasks;
using AgentManagement.Tasks;
using AgentManagement.Tests.WebGateway;
using Microsoft.Extensions.Logging;
using Orleans;

namespace AgentManagement.Tests.Tasks;

/// <summary>What a worker does with entries and steps, on a clock that only the test moves.</summary>
public sealed class TaskWorkerTests : IAsyncDisposable
{
    private static readonly TaskEntry Entry = new("acme", TaskId.Of("task"), TaskKind.Import, "correlation");

    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedQueue _queue = new();
    private readonly ScriptedGrain _grain = new();
    private readonly LogCapture _log = new();
    private readonly LoggerFactory _loggers;
    private readonly TaskWorker _worker;

    public TaskWorkerTests()
    {
        _loggers = new([_log]);
        _worker = new(_queue, ScriptedGrain.FactoryOf(_grain), _clock, _loggers.CreateLogger<TaskWorker>());
    }

    [Fact]
    public async Task Steps_follow_each_other_until_the_task_has_ended()
    {
        await StartAsync(Entry);
        await _grain.AnswerAsync(new(false, TimeSpan.Zero, null));
        await _grain.AnswerAsync(new(true, TimeSpan.Zero, null));
        Assert.Equal("remove", await _queue.NextAsync());
        Assert.Equal(new Caller("acme", "system", "silo", null, "correlation"), _grain.LastCaller);
    }

    [Fact]
    public async Task What_is_held_is_renewed_again_and_again()
    {
        await StartAsync(Entry);
        await _grain.AskedAsync();
        for (var renewals = 0; renewals < 2; renewals++)
        {
            await Await.Until(() => _clock.HasTimerIn(TimeSpan.FromSeconds(5)), "the interval of renewals");
            _clock.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal("renew 1", await _queue.NextAsync());
        }
        await _grain.AnswerAsync(new(true, TimeSpan.Zero, null));
    }

    [Fact]
    public async Task After_a_failure_the_next_step_waits_as_long_as_the_task_says()
    {
        await StartAsync(Entry);
        foreach (var seconds in (int[])[1, 3, 9])
        {
            await _grain.AnswerAsync(new(false, TimeSpan.FromSeconds(seconds), null));
            await Await.Until(() => _clock.HasTimerIn(TimeSpan.FromSeconds(seconds)), "the delay");
            Assert.False(_grain.IsAsked);
            _clock.Advance(TimeSpan.FromSeconds(seconds));
        }
        await _grain.AnswerAsync(new(true, TimeSpan.Zero, new("internal_error", "It failed.")));
        var deed = await _queue.NextAsync();
        while (deed == "renew 1") deed = await _queue.NextAsync();
        Assert.Equal("dead letter internal_error", deed);
        using var line = JsonDocument.Parse(Assert.Single(_log.Lines));
        var said = line.RootElement;
        Assert.Equal(("task_failed", "ERROR", "internal_error"), (said.Text("event"), said.Text("level"), said.Text("error")));
        Assert.Equal((Entry.TenantId, Entry.CorrelationId, Entry.TaskId),
            (said.Text("tenant_id"), said.Text("correlation_id"), said.Text("task_id")));
    }

    [Fact]
    public async Task Tenants_take_turns_with_each_step()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        var (imports, quick) = ((string[])[TaskId.New(), TaskId.New()], TaskId.New());
        foreach (var import in imports) await silo.ImportAsync(import, string.Concat(Enumerable.Repeat("{\n", 1_000)));
        await silo.StartAsync(quick, new RevalidateAgents(), tenantId: "other");
        for (var entries = 0; entries < 3; entries++) _queue.Offer(await silo.Queue.NextAsync());
        using var worker = new TaskWorker(_queue, silo.Silo.Grains, _clock, _loggers.CreateLogger<TaskWorker>());
        await worker.StartAsync(TestContext.Current.CancellationToken);
        for (var ended = 0; ended < 3; ended++) Assert.Equal("remove", await _queue.NextAsync());
        await worker.StopAsync(TestContext.Current.CancellationToken);

        // 50 steps of each import. Both slots may have begun with them, and the imports have one turn between two of the other tenant.
        Assert.Equal(101, silo.Store.Written.Count);
        Assert.InRange(silo.Store.Written.IndexOf(quick), 0, 4);
    }

    [Fact]
    public async Task What_is_more_than_a_worker_holds_takes_turns_through_the_queue()
    {
        for (var number = 0; number <= TaskWorker.MaxHeld; number++) _queue.Offer(Entry with { TaskId = TaskId.Of($"{number}") });
        await _worker.StartAsync(TestContext.Current.CancellationToken);
        await Await.Until(() => _queue.Offered == 0, "all entries dequeued");
        await _grain.AskedAsync();
        var last = TaskId.Of($"{TaskWorker.MaxHeld}");
        // The last is held, too, when another has left.
        while (!_grain.TaskIds.Contains(last)) await _grain.AnswerAsync(new(false, TimeSpan.Zero, null));
        Assert.Equal("enqueue", await _queue.NextAsync());
        Assert.Equal("remove", await _queue.NextAsync());
    }

    [Fact]
    public async Task A_task_that_is_queued_twice_is_held_once()
    {
        await StartAsync(Entry);
        await _grain.AskedAsync();
        _queue.Offer(Entry, receipt: "second");
        Assert.Equal("remove", await _queue.NextAsync());
        await _grain.AnswerAsync(new(true, TimeSpan.Zero, null));
        Assert.Equal("remove", await _queue.NextAsync());
        Assert.False(_grain.IsAsked);
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_dead_letter_and_the_next_entry_follows()
    {
        await _worker.StartAsync(TestContext.Current.CancellationToken);
        foreach (var entry in (TaskEntry?[])[null, Entry with { TenantId = "a b" }, Entry with { TaskId = "../x" }])
        {
            _queue.Offer(entry);
            Assert.Equal("dead letter unreadable", await _queue.NextAsync());
        }
        _queue.Offer(Entry);
        await _grain.AnswerAsync(new(true, TimeSpan.Zero, null));
        Assert.Equal("remove", await _queue.NextAsync());
    }

    [Fact]
    public async Task When_nobody_answers_the_entry_is_left_to_come_again()
    {
        await StartAsync(Entry);
        await _grain.FailAsync(new TimeoutException());
        await Await.Until(() => _clock.HasTimerIn(TimeSpan.FromSeconds(1)), "the delay after a fault");
        _clock.Advance(TimeSpan.FromSeconds(1));
        _queue.Offer(Entry);
        await _grain.AnswerAsync(new(true, TimeSpan.Zero, null));
        Assert.Equal("remove", await _queue.NextAsync());
    }

    [Fact]
    public async Task A_worker_that_stops_gives_its_task_to_others()
    {
        await StartAsync(Entry);
        await _grain.AskedAsync();
        var stopping = _worker.StopAsync(TestContext.Current.CancellationToken);
        await _grain.AnswerAsync(new(false, TimeSpan.Zero, null));
        Assert.Equal(["enqueue", "remove"], [await _queue.NextAsync(), await _queue.NextAsync()]);
        await Await.For(stopping, "the worker to stop");
        Assert.False(_grain.IsAsked);
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync(new CancellationToken(canceled: true));
        _worker.Dispose();
        _loggers.Dispose();
    }

    private async Task StartAsync(TaskEntry entry)
    {
        _queue.Offer(entry);
        await _worker.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Gives what the test offers, and tells what is done with it.</summary>
    private sealed class ScriptedQueue : ITaskQueue
    {
        private readonly Channel<QueuedTask> _offers = Channel.CreateUnbounded<QueuedTask>();
        private readonly Channel<string> _deeds = Channel.CreateUnbounded<string>();

        public bool OutlivesProcess => true;

        /// <summary>How many entries nobody has dequeued.</summary>
        public int Offered => _offers.Reader.Count;

        public void Offer(TaskEntry? entry, string receipt = "receipt") => _offers.Writer.TryWrite(new(receipt, entry));

        public Task<string> NextAsync() => Await.For(_deeds.Reader.ReadAsync().AsTask(), "something done with the queue");

        public Task<bool> HasRoomAsync() => Task.FromResult(true);

        public Task EnqueueAsync(TaskEntry entry) => NoteAsync("enqueue");

        public async Task<QueuedTask> DequeueAsync(CancellationToken cancellationToken) =>
            await _offers.Reader.ReadAsync(cancellationToken);

        public Task RenewAsync(IReadOnlyCollection<QueuedTask> tasks) => NoteAsync($"renew {tasks.Count}");

        public Task RemoveAsync(QueuedTask task) => NoteAsync("remove");

        public Task DeadLetterAsync(QueuedTask task, string error) => NoteAsync($"dead letter {error}");

        private Task NoteAsync(string deed)
        {
            _deeds.Writer.TryWrite(deed);
            return Task.CompletedTask;
        }
    }

    /// <summary>A task whose steps come to what the test says.</summary>
    private sealed class ScriptedGrain : ITaskGrain
    {
        private readonly Channel<TaskCompletionSource<TaskStep>> _steps = Channel.CreateUnbounded<TaskCompletionSource<TaskStep>>();

        public Caller? LastCaller { get; private set; }

        /// <summary>The tasks of which a step was asked for.</summary>
        public ConcurrentBag<string> TaskIds { get; } = [];

        public bool IsAsked => _steps.Reader.Count > 0;

        public static IGrainFactory FactoryOf(ScriptedGrain grain)
        {
            var factory = DispatchProxy.Create<IGrainFactory, Factory>();
            ((Factory)factory).Grain = grain;
            return factory;
        }

        public async Task AskedAsync() => await Await.For(_steps.Reader.WaitToReadAsync().AsTask(), "a step");

        public async Task AnswerAsync(TaskStep step) => (await NextAsync()).SetResult(step);

        public async Task FailAsync(Exception failure) => (await NextAsync()).SetException(failure);

        public Task AddLinesAsync(UploadedLines lines) => throw new NotSupportedException();

        public Task DropLinesAsync() => throw new NotSupportedException();

        public Task<Outcome<TaskInfo>> StartAsync(TaskCommand command) => throw new NotSupportedException();

        public Task<Outcome<TaskInfo>> GetAsync() => throw new NotSupportedException();

        public Task<TaskStep> StepAsync()
        {
            LastCaller = Caller.Current;
            var step = new TaskCompletionSource<TaskStep>(TaskCreationOptions.RunContinuationsAsynchronously);
            _steps.Writer.TryWrite(step);
            return step.Task;
        }

        private Task<TaskCompletionSource<TaskStep>> NextAsync() => Await.For(_steps.Reader.ReadAsync().AsTask(), "a step");

#pragma warning disable CA1852 // The proxy is made to derive from it.
        internal class Factory : DispatchProxy
#pragma warning restore CA1852
        {
            public ScriptedGrain Grain { get; set; } = null!;

            protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
            {
                if (GrainKeys.TryReadTask((string)args![0]!, out _, out var taskId)) Grain.TaskIds.Add(taskId);
                return Grain;
            }
        }
    }
}
