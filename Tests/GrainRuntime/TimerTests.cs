using System.Collections.Concurrent;
using AgentManagement.Tests.Support;
using Orleans.Hosting;
using Orleans.Runtime;

namespace AgentManagement.Tests.GrainRuntime;

public sealed class TimerTests : IAsyncLifetime
{
    private readonly string _key = $"t/{Guid.NewGuid()}";
    private readonly ConcurrentQueue<string> _filtered = [];
    private readonly Checkpoint _tick = Checkpoint.Create();
    private readonly Checkpoint _request = Checkpoint.Create();
    private GrainHost _host = null!;

    private ITimerProbe Probe => _host.Grains.GetGrain<ITimerProbe>(_key);

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync(silo => silo.AddIncomingGrainCallFilter(context =>
    {
        if (context.TargetId.Key.ToString() == _key) _filtered.Enqueue($"{context.InterfaceName} from itself: {context.SourceId == context.TargetId}");
        return context.Invoke();
    }));

    public async ValueTask DisposeAsync()
    {
        RequestContext.Clear();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Ticks_are_turns_without_request_context_and_go_on_after_a_failure()
    {
        RequestContext.Set("tenant", "blue");
        await Probe.StartFailingTimer();
        var words = await Inbox.Next(_key, 4);
        Assert.Equal("activated", words[0]);
        Assert.All(words[1..], word => Assert.Equal("in turn: True, tenant: none", word));
    }

    [Fact]
    public async Task A_timer_without_period_ticks_once()
    {
        await Probe.StartSingleTick();
        Assert.Equal(["activated", "single", "ten"], await Inbox.Until(_key, "ten"));
    }

    [Fact]
    public async Task A_tick_waits_for_the_running_request()
    {
        var running = Probe.HoldWithTimer(interleave: false, _tick.Name, _request.Name);
        Assert.Equal(["activated", "later tick"], await Inbox.Next(_key, 2));
        Assert.False(_tick.IsReached, "The tick ran within the request.");
        _request.Open();
        await Await.For(running, "the request");
        await _tick.Reached("the tick, after the request");
        _tick.Open();
    }

    [Fact]
    public async Task An_interleaving_tick_runs_beside_the_running_request()
    {
        var running = Probe.HoldWithTimer(interleave: true, _tick.Name, _request.Name);
        await _tick.Reached("the tick, beside the request");
        _tick.Open();
        _request.Open();
        await Await.For(running, "the request");
    }

    [Fact]
    public async Task A_request_waits_for_the_running_tick()
    {
        await Probe.StartTimer(_tick.Name);
        await _tick.Reached("the tick");
        var waiting = Probe.Touch();
        await Probe.Ping();
        Assert.Equal("activated", await Inbox.Next(_key));
        Assert.True(Inbox.IsEmpty(_key), "The request ran within the tick.");
        _tick.Open();
        await Await.For(waiting, "the request, after the tick");
    }

    [Fact]
    public async Task A_tick_passes_through_the_call_filters_as_a_call_of_the_grain_to_itself()
    {
        await Probe.StartFailingTimer();
        await Inbox.Next(_key, 2);
        Assert.Contains("IGrainTimerInvoker from itself: True", _filtered);
    }
}
