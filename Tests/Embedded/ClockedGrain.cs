using AgentManagement.Tests.GrainRuntime;
using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Runtime;

namespace AgentManagement.Tests.Embedded;

public interface IClockedGrain : IGrainWithStringKey
{
    /// <summary>Calls itself by its own reference, which can only time out.</summary>
    Task CallSelf();

    Task Touch();

    Task Hold(string checkpoint);

    /// <summary>A timer whose ticks fail, due after ten seconds and then every twenty.</summary>
    Task StartTimer();

    Task StopTimer();

    Task Leave();

    Task LeaveAfter(string checkpoint);

    [Orleans.Concurrency.AlwaysInterleave]
    Task<int> Ticks();
}

public sealed class ClockedGrain : Grain, IClockedGrain
{
    private IGrainTimer? _timer;
    private int _ticks;

    public Task CallSelf() => this.AsReference<IClockedGrain>().Touch();

    public Task Touch()
    {
        Diary.Write(this.GetPrimaryKeyString(), "touched");
        return Task.CompletedTask;
    }

    public Task Hold(string checkpoint) => Checkpoint.Pass(checkpoint);

    public Task StartTimer()
    {
        _timer = this.RegisterGrainTimer(
            async _ =>
            {
                _ticks++;
                await Task.Yield();
                Diary.Write(this.GetPrimaryKeyString(), $"ticked in turn: {TaskScheduler.Current != TaskScheduler.Default}");
                throw new FormatException("Timers survive this.");
            },
            new() { DueTime = TimeSpan.FromSeconds(10), Period = TimeSpan.FromSeconds(20) });
        return Task.CompletedTask;
    }

    public Task StopTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task LeaveAfter(string checkpoint)
    {
        DeactivateOnIdle();
        return Checkpoint.Pass(checkpoint);
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Diary.Write(this.GetPrimaryKeyString(), $"deactivated: {reason.ReasonCode}");
        return Task.CompletedTask;
    }
}
