using AgentManagement.Tests.Support;
using Orleans.Configuration;
using Orleans.Hosting;

namespace AgentManagement.Tests.GrainRuntime;

/// <summary>What keeps a grain in memory, told beside one that nothing keeps.</summary>
public sealed class IdleTests : IAsyncLifetime
{
    private readonly string _key = $"t/{Guid.NewGuid()}";
    private GrainHost _host = null!;

    private ITimerProbe Kept => _host.Grains.GetGrain<ITimerProbe>(_key);

    private ITimerProbe Idle => _host.Grains.GetGrain<ITimerProbe>(_key + "/idle");

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync(silo => silo.Configure<GrainCollectionOptions>(options =>
    {
        options.CollectionQuantum = TimeSpan.FromMilliseconds(200);
        options.CollectionAge = TimeSpan.FromSeconds(1);
    }));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_unused_grain_is_deactivated_and_the_next_call_activates_it_anew()
    {
        await Idle.Ping();
        await UntilIdleIsCollected();
        await Idle.Ping();
        Assert.Equal("activated", await Inbox.Next(_key + "/idle"));
    }

    [Fact]
    public async Task A_grain_that_delays_its_deactivation_is_kept()
    {
        await Kept.DelayDeactivation();
        await Idle.Ping();
        await UntilIdleIsCollected();
        await Kept.Touch();
        Assert.Equal(["activated", "touched"], await Inbox.Next(_key, 2));
    }

    [Fact]
    public async Task Ticks_count_as_use_only_where_they_keep_alive()
    {
        await Kept.StartBusyTimer(keepAlive: true);
        await Idle.StartBusyTimer(keepAlive: false);
        await UntilIdleIsCollected();
        await Kept.Touch();
        Assert.Equal(["activated", "touched"], await Inbox.Next(_key, 2));
    }

    [Fact]
    public async Task A_grain_with_a_running_request_is_kept()
    {
        var (tick, request) = (Checkpoint.Create(), Checkpoint.Create());
        tick.Open();
        var running = Kept.HoldWithTimer(interleave: true, tick.Name, request.Name);
        await Idle.Ping();
        await UntilIdleIsCollected();
        request.Open();
        await Await.For(running, "the running request");
        await Kept.Touch();
        Assert.Equal(["activated", "later tick", "touched"], await Inbox.Next(_key, 3));
    }

    private Task<string[]> UntilIdleIsCollected() => Inbox.Until(_key + "/idle", "deactivated: ActivationIdle");
}
