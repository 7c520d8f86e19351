using System.Reflection;
using System.Text.Json;
using System.Threading.Channels;
using AgentManagement.Access;
using AgentManagement.Outcomes;
using AgentManagement.Silo.Tasks;
using AgentManagement.Tasks;
using AgentManagement.Tests.Support;
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
    public async Task Steps_follow_each_other_under_a_renewed_claim_until_the_task_has_ended()
    {
        await StartAsync(Entry);
        await _grain.AnswerAsync(new(false, TimeSpan.Zero, null));
        Assert.Equal("renew", await _queue.NextAsync());
        await _grain.AnswerAsync(new(true, TimeSpan.Zero, null));
        Assert.Equal("end", await _queue.NextAsync());
        Assert.Equal(new Caller("acme", "system", "silo", null, "correlation"), _grain.LastCaller);
    }

    [Fact]
    public async Task After_a_failure_the_next_step_waits_as_long_as_the_task_says()
    {
        await StartAsync(Entry);
        foreach (var seconds in (int[])[1, 3, 9])
        {
            await _grain.AnswerAsync(new(false, TimeSpan.FromSeconds(seconds), null));
            Assert.Equal("renew", await _queue.NextAsync());
            await Await.Until(() => _clock.HasTimerIn(TimeSpan.FromSeconds(seconds)), "the pause");
            Assert.False(_grain.IsAsked);
            _clock.Advance(TimeSpan.FromSeconds(seconds));
        }
        await _grain.AnswerAsync(new(true, TimeSpan.Zero, new("internal_error", "It failed.")));
        Assert.Equal("bury internal_error", await _queue.NextAsync());
        using var line = JsonDocument.Parse(Assert.Single(_log.Lines));
        var said = line.RootElement;
        Assert.Equal(("task_failed", "ERROR", "internal_error"), (said.Text("event"), said.Text("level"), said.Text("error")));
        Assert.Equal((Entry.TenantId, Entry.CorrelationId, Entry.TaskId), (said.Text("tenant_id"), said.Text("correlation_id"), said.Text("task_id")));
    }

    [Fact]
    public async Task What_cannot_be_read_is_buried_and_the_next_entry_follows()
    {
        await _worker.StartAsync(TestContext.Current.CancellationToken);
        foreach (var entry in (TaskEntry?[])[null, Entry with { TenantId = "a b" }, Entry with { TaskId = "../x" }])
        {
            _queue.Offer(entry);
            Assert.Equal("bury unreadable", await _queue.NextAsync());
        }
        _queue.Offer(Entry);
        await _grain.AnswerAsync(new(true, TimeSpan.Zero, null));
        Assert.Equal("end", await _queue.NextAsync());
    }

    [Fact]
    public async Task When_nobody_answers_the_entry_is_left_to_come_again()
    {
        await StartAsync(Entry);
        await _grain.FailAsync(new TimeoutException());
        await Await.Until(() => _clock.HasTimerIn(TimeSpan.FromSeconds(1)), "the pause after a fault");
        _clock.Advance(TimeSpan.FromSeconds(1));
        _queue.Offer(Entry);
        await _grain.AnswerAsync(new(true, TimeSpan.Zero, null));
        Assert.Equal("end", await _queue.NextAsync());
    }

    [Fact]
    public async Task A_worker_that_stops_gives_its_task_to_others()
    {
        await StartAsync(Entry);
        await _grain.AskedAsync();
        var stopping = _worker.StopAsync(TestContext.Current.CancellationToken);
        await _grain.AnswerAsync(new(false, TimeSpan.Zero, null));
        Assert.Equal(["renew", "add", "end"], [await _queue.NextAsync(), await _queue.NextAsync(), await _queue.NextAsync()]);
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
        private readonly Channel<TakenTask> _offers = Channel.CreateUnbounded<TakenTask>();
        private readonly Channel<string> _deeds = Channel.CreateUnbounded<string>();

        public bool OutlivesProcess => true;

        public void Offer(TaskEntry? entry) => _offers.Writer.TryWrite(new("receipt", entry));

        public Task<string> NextAsync() => Await.For(_deeds.Reader.ReadAsync().AsTask(), "something done with the queue");

        public Task<bool> HasRoomAsync() => Task.FromResult(true);

        public Task AddAsync(TaskEntry entry) => NoteAsync("add");

        public async Task<TakenTask> TakeAsync(CancellationToken cancellationToken) => await _offers.Reader.ReadAsync(cancellationToken);

        public Task RenewAsync(TakenTask taken) => NoteAsync("renew");

        public Task EndAsync(TakenTask taken) => NoteAsync("end");

        public Task BuryAsync(TakenTask taken, string error) => NoteAsync($"bury {error}");

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

            protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Grain;
        }
    }
}
