using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace AgentManagement.Tests.GrainRuntime;

/// <summary>A grain with timers that tick soon; it tells the inbox of its key what happens.</summary>
public interface ITimerProbe : IGrainWithStringKey
{
    /// <summary>A timer that says what it found, and fails, at every tick.</summary>
    Task StartFailingTimer();

    /// <summary>A timer of a single tick, and one that says when a good while has passed since.</summary>
    Task StartSingleTick();

    /// <summary>A timer whose ticks stop at the checkpoint.</summary>
    Task StartTimer(string checkpoint);

    /// <summary>Within one request: a timer whose ticks stop at the first checkpoint, and then the second one.</summary>
    Task HoldWithTimer(bool interleave, string tick, string request);

    /// <summary>A timer that ticks more often than idle grains are looked for.</summary>
    Task StartBusyTimer(bool keepAlive);

    Task DelayDeactivation();

    Task Touch();

    [AlwaysInterleave]
    Task Ping();
}

public sealed class TimerProbeGrain : Grain, ITimerProbe
{
    private string Key => this.GetPrimaryKeyString();

    public Task StartFailingTimer() => Start(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), () =>
    {
        Inbox.Post(Key, $"in turn: {TaskScheduler.Current != TaskScheduler.Default}, tenant: {RequestContext.Get("tenant") ?? "none"}");
        throw new FormatException("Timers survive this.");
    });

    public Task StartSingleTick()
    {
        var ticks = 0;
        Start(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan, () => Post("single"));
        return Start(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10), () => ++ticks == 10 ? Post("ten") : Task.CompletedTask);
    }

    public Task StartTimer(string checkpoint) =>
        Start(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan, () => Checkpoint.Pass(checkpoint));

    public Task HoldWithTimer(bool interleave, string tick, string request)
    {
        Start(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan, () => Checkpoint.Pass(tick), interleave);
        Start(TimeSpan.FromMilliseconds(200), Timeout.InfiniteTimeSpan, () => Post("later tick"), interleave: true);
        return Checkpoint.Pass(request);
    }

    public Task StartBusyTimer(bool keepAlive) =>
        Start(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50), () => Task.CompletedTask, keepAlive: keepAlive);

    public Task DelayDeactivation()
    {
        DelayDeactivation(TimeSpan.FromHours(1));
        return Task.CompletedTask;
    }

    public Task Touch() => Post("touched");

    public Task Ping() => Task.CompletedTask;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Post("activated");

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        Post($"deactivated: {reason.ReasonCode}");

    private Task Start(TimeSpan dueTime, TimeSpan period, Func<Task> tick, bool interleave = false, bool keepAlive = false)
    {
        this.RegisterGrainTimer(_ => tick(), new() { DueTime = dueTime, Period = period, Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    private Task Post(string word)
    {
        Inbox.Post(Key, word);
        return Task.CompletedTask;
    }
}
