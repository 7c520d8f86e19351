using AgentManagement.Tests.GrainRuntime;
using AgentManagement.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace AgentManagement.Tests.Embedded;

public interface IClockedGrain : IGrainWithStringKey
{
    /// <summary>Calls itself by its own reference, which can only time out.</summary>
    Task CallSelf();

    Task Touch();

    Task Hold(string checkpoint);

    Task StartTimer(bool keepAlive, bool interleave, string? checkpoint);

    Task StopTimer();

    Task Leave();

    Task LeaveAfter(string checkpoint);

    [Orleans.Concurrency.AlwaysInterleave]
    Task<int> Ticks();
}

public sealed class ClockedGrain : Grain, IClockedGrain
{
    private IGrainTimer? timer;
    private int ticks;

    public Task CallSelf() => this.AsReference<IClockedGrain>().Touch();

    public Task Touch()
    {
        Diary.Write(this.GetPrimaryKeyString(), "touched");
        return Task.CompletedTask;
    }

    public Task Hold(string checkpoint) => Checkpoint.Pass(checkpoint);

    public Task StartTimer(bool keepAlive, bool interleave, string? checkpoint)
    {
        timer = this.RegisterGrainTimer(
            async _ =>
            {
                ticks++;
                await (checkpoint is null ? Task.CompletedTask : Checkpoint.Pass(checkpoint));
                await Task.Yield();
                Diary.Write(this.GetPrimaryKeyString(), $"ticked in turn: {TaskScheduler.Current != TaskScheduler.Default}");
                throw new FormatException("Timers survive this.");
            },
            new() { DueTime = TimeSpan.FromSeconds(10), Period = TimeSpan.FromSeconds(20), KeepAlive = keepAlive, Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task StopTimer()
    {
        timer!.Dispose();
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

    public Task<int> Ticks() => Task.FromResult(ticks);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Diary.Write(this.GetPrimaryKeyString(), $"deactivated: {reason.ReasonCode}");
        return Task.CompletedTask;
    }
}

public sealed class ClockTests : IAsyncLifetime
{
    private readonly ManualTimeProvider clock = new();
    private readonly string key = $"t/{Guid.NewGuid()}";
    private readonly List<string> filtered = [];
    private GrainHost host = null!;

    private IClockedGrain Grain => host.Grains.GetGrain<IClockedGrain>(key);

    private Orleans.Runtime.Catalog Catalog => host.Services.GetRequiredService<Orleans.Runtime.GrainRuntime>().Catalog;

    public async ValueTask InitializeAsync() => host = await GrainHost.StartAsync(
        silo => silo
            .Configure<GrainCollectionOptions>(options =>
            {
                options.CollectionAge = TimeSpan.FromMinutes(10);
                options.CollectionQuantum = TimeSpan.FromMinutes(1);
            })
            .AddIncomingGrainCallFilter(context =>
            {
                filtered.Add($"{context.InterfaceName} from itself: {context.SourceId == context.TargetId}");
                return context.Invoke();
            }),
        clock);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_grain_that_calls_itself_gets_a_timeout_and_the_call_never_runs()
    {
        var call = Grain.CallSelf();
        await Await.For(Grain.Ticks(), "the turn that calls itself to have begun");
        clock.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<TimeoutException>(() => Await.For(call, "the self-call"));
        await Await.For(Grain.StartTimer(false, false, null), "the grain to serve others again");
        Assert.Empty(Diary.Read(key));
    }

    [Fact]
    public async Task A_call_that_takes_too_long_times_out_and_its_turn_goes_on()
    {
        var checkpoint = Checkpoint.Create();
        var call = Grain.Hold(checkpoint.Name);
        await checkpoint.Reached("the call");
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(call.IsCompleted, "The call timed out too early.");
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => Await.For(call, "the time-out"));
        var next = Grain.Touch();
        await Grain.Ticks();
        Assert.Empty(Diary.Read(key));
        checkpoint.Open();
        await Await.For(next, "the next turn");
    }

    [Fact]
    public async Task An_unused_grain_is_deactivated_and_leaves_nothing_behind()
    {
        await Grain.Touch();
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(1, Catalog.Count);
        await Grain.Touch();
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(1, Catalog.Count);
        clock.Advance(TimeSpan.FromMinutes(2));
        await Until(() => Catalog.Count == 0, "the catalog to forget the grain");
        Assert.Equal("deactivated: ActivationIdle", Diary.Read(key)[^1]);
        await Await.For(Grain.Touch(), "the fresh activation");
    }

    [Fact]
    public async Task A_grain_with_a_running_request_is_not_unused()
    {
        var checkpoint = Checkpoint.Create();
        var call = Grain.Hold(checkpoint.Name);
        await checkpoint.Reached("the request");
        clock.Advance(TimeSpan.FromMinutes(30));
        checkpoint.Open();
        await Assert.ThrowsAsync<TimeoutException>(() => call);
        await Await.For(Grain.Touch(), "the next request");
        Assert.Equal(["touched"], Diary.Read(key));
    }

    [Fact]
    public async Task A_timer_ticks_in_turns_of_its_grain_and_survives_its_callbacks_errors()
    {
        await Grain.StartTimer(keepAlive: false, interleave: false, checkpoint: null);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, await Grain.Ticks());
        clock.Advance(TimeSpan.FromSeconds(1));
        await Grain.Touch();
        Assert.Equal(1, await Grain.Ticks());
        clock.Advance(TimeSpan.FromSeconds(20));
        await Grain.Touch();
        Assert.Equal(2, await Grain.Ticks());
        Assert.Equal(["ticked in turn: True", "touched", "ticked in turn: True", "touched"], Diary.Read(key));
    }

    [Fact]
    public async Task A_tick_waits_for_the_running_request_and_holds_up_the_next()
    {
        var (request, tick) = (Checkpoint.Create(), Checkpoint.Create());
        await Grain.StartTimer(false, interleave: false, tick.Name);
        var running = Grain.Hold(request.Name);
        await request.Reached("the request");
        clock.Advance(TimeSpan.FromSeconds(10));
        await Grain.Ticks();
        Assert.False(tick.IsReached, "The tick ran within the request.");
        request.Open();
        await Await.For(running, "the request");
        await tick.Reached("the tick, after the request");
        var next = Grain.Touch();
        await Grain.Ticks();
        Assert.False(next.IsCompleted, "A request ran within the tick.");
        tick.Open();
        await Await.For(next, "the next request");
    }

    [Fact]
    public async Task An_interleaving_tick_runs_beside_the_running_request()
    {
        var (request, tick) = (Checkpoint.Create(), Checkpoint.Create());
        await Grain.StartTimer(false, interleave: true, tick.Name);
        _ = Grain.Hold(request.Name);
        await request.Reached("the request");
        clock.Advance(TimeSpan.FromSeconds(10));
        await tick.Reached("the tick, beside the request");
        request.Open();
        tick.Open();
    }

    [Fact]
    public async Task A_tick_passes_through_the_call_filters_as_orleans_has_it()
    {
        await Grain.StartTimer(false, false, null);
        clock.Advance(TimeSpan.FromSeconds(10));
        await Grain.Touch();
        Assert.Equal("IGrainTimerInvoker from itself: True", filtered[1]);
    }

    [Fact]
    public async Task A_disposed_timer_does_not_tick()
    {
        await Grain.StartTimer(false, false, null);
        await Grain.StopTimer();
        clock.Advance(TimeSpan.FromMinutes(1));
        await Grain.Touch();
        Assert.Equal(0, await Grain.Ticks());
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation()
    {
        await Grain.StartTimer(false, false, null);
        await Grain.Leave();
        await Until(() => Catalog.Count == 0, "the activation to end");
        clock.Advance(TimeSpan.FromMinutes(1));
        await Grain.Touch();
        Assert.Equal(["deactivated: ApplicationRequested", "touched"], Diary.Read(key));
    }

    [Fact]
    public async Task A_tick_that_comes_due_while_its_grain_deactivates_is_dropped()
    {
        var checkpoint = Checkpoint.Create();
        await Grain.StartTimer(false, false, null);
        var leaving = Grain.LeaveAfter(checkpoint.Name);
        await checkpoint.Reached("the last request");
        clock.Advance(TimeSpan.FromSeconds(10));
        checkpoint.Open();
        await Await.For(leaving, "the last request");
        await Until(() => Catalog.Count == 0, "the grain to leave, and no other to follow for the tick's sake");
        Assert.Equal(["deactivated: ApplicationRequested"], Diary.Read(key));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Only_ticks_that_keep_alive_count_as_use(bool keepAlive, int grains)
    {
        await Grain.StartTimer(keepAlive, false, null);
        for (var seconds = 0; seconds < 15 * 60; seconds += 10)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Until(() => Catalog.IsIdle, "the tick to end");
        }

        await Until(() => Catalog.Count == grains, "a collection, or none");
        Assert.Equal(!keepAlive, Diary.Read(key).Contains("deactivated: ActivationIdle"));
    }

    private static async Task Until(Func<bool> condition, string what)
    {
        var polling = Task.Run(async () =>
        {
            while (!condition())
            {
                await Task.Yield();
            }
        });
        await Await.For(polling, what);
    }
}
