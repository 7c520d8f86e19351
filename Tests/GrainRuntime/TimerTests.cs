using System.Collections.Concurrent;
using AgentManagement.Tests.Support;
using Orleans.Hosting;
using Orleans.Runtime;

namespace AgentManagement.Tests.GrainRuntime;

public sealed class TimerTests : IAsyncLifetime
{
    private readonly string key = $"t/{Guid.NewGuid()}";
    private readonly ConcurrentQueue<string> filtered = [];
    private readonly Checkpoint tick = Checkpoint.Create();
    private readonly Checkpoint request = Checkpoint.Create();
    private GrainHost host = null!;

    private ITimerProbe Probe => host.Grains.GetGrain<ITimerProbe>(key);

    public async ValueTask InitializeAsync() => host = await GrainHost.StartAsync(silo => silo.AddIncomingGrainCallFilter(context =>
    {
        if (context.TargetId.Key.ToString() == key) filtered.Enqueue($"{context.InterfaceName} from itself: {context.SourceId == context.TargetId}");
        return context.Invoke();
    }));

    public async ValueTask DisposeAsync()
    {
        RequestContext.Clear();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Ticks_are_turns_without_request_context_and_go_on_after_a_failure()
    {
        RequestContext.Set("tenant", "blue");
        await Probe.StartFailingTimer();
        var words = await Inbox.Next(key, 4);
        Assert.Equal("activated", words[0]);
        Assert.All(words[1..], word => Assert.Equal("in turn: True, tenant: none", word));
    }

    [Fact]
    public async Task A_timer_without_period_ticks_once()
    {
        await Probe.StartSingleTick();
        Assert.Equal(["activated", "single", "ten"], await Inbox.Until(key, "ten"));
    }

    [Fact]
    public async Task A_tick_waits_for_the_running_request()
    {
        var running = Probe.HoldWithTimer(interleave: false, tick.Name, request.Name);
        Assert.Equal(["activated", "later tick"], await Inbox.Next(key, 2));
        Assert.False(tick.IsReached, "The tick ran within the request.");
        request.Open();
        await Await.For(running, "the request");
        await tick.Reached("the tick, after the request");
        tick.Open();
    }

    [Fact]
    public async Task An_interleaving_tick_runs_beside_the_running_request()
    {
        var running = Probe.HoldWithTimer(interleave: true, tick.Name, request.Name);
        await tick.Reached("the tick, beside the request");
        tick.Open();
        request.Open();
        await Await.For(running, "the request");
    }

    [Fact]
    public async Task A_request_waits_for_the_running_tick()
    {
        await Probe.StartTimer(tick.Name);
        await tick.Reached("the tick");
        var waiting = Probe.Touch();
        await Probe.Ping();
        Assert.Equal("activated", await Inbox.Next(key));
        Assert.True(Inbox.IsEmpty(key), "The request ran within the tick.");
        tick.Open();
        await Await.For(waiting, "the request, after the tick");
    }

    [Fact]
    public async Task A_tick_passes_through_the_call_filters_as_a_call_of_the_grain_to_itself()
    {
        await Probe.StartFailingTimer();
        await Inbox.Next(key, 2);
        Assert.Contains("IGrainTimerInvoker from itself: True", filtered);
    }
}
