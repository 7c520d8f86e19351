using AgentManagement.Tests.GrainRuntime;
using AgentManagement.Tests.Support;
using Orleans.Runtime;

namespace AgentManagement.Tests.Embedded;

public sealed class ShutdownTests : IAsyncLifetime
{
    private readonly string _key = $"t/{Guid.NewGuid()}";
    private GrainHost _host = null!;

    private IClockedGrain Grain => _host.Grains.GetGrain<IClockedGrain>(_key);

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task To_stop_is_to_finish_running_and_waiting_turns_and_to_deactivate()
    {
        var checkpoint = Checkpoint.Create();
        var running = Grain.Hold(checkpoint.Name);
        await checkpoint.Reached("the running call");
        var waiting = Grain.Touch();
        var stop = _host.StopAsync();
        Assert.False(stop.IsCompleted, "The silo stopped within a turn.");
        checkpoint.Open();
        await Await.For(stop, "the silo to stop");
        Assert.True(running.IsCompletedSuccessfully && waiting.IsCompletedSuccessfully, "A call was lost.");
        Assert.Equal(["touched", "deactivated: ShuttingDown"], Diary.Read(_key));
    }

    [Fact]
    public async Task A_stopping_silo_refuses_new_calls_from_outside()
    {
        var checkpoint = Checkpoint.Create();
        var running = Grain.Hold(checkpoint.Name);
        await checkpoint.Reached("the running call");
        var stop = _host.StopAsync();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain.Touch());
        checkpoint.Open();
        await Await.For(Task.WhenAll(stop, running), "the silo to stop");
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain.Touch());
    }

    [Fact]
    public async Task A_running_turn_may_still_call_other_grains_while_the_silo_stops()
    {
        var checkpoint = Checkpoint.Create();
        var relay = _host.Grains.GetGrain<IRelayGrain>("t/relay");
        var running = relay.HoldThenTouch(checkpoint.Name, Grain);
        await checkpoint.Reached("the running call");
        var stop = _host.StopAsync();
        checkpoint.Open();
        await Await.For(Task.WhenAll(stop, running), "the silo to stop");
        Assert.Equal(["touched", "deactivated: ShuttingDown"], Diary.Read(_key));
    }
}

public interface IRelayGrain : Orleans.IGrainWithStringKey
{
    Task HoldThenTouch(string checkpoint, IClockedGrain other);
}

public sealed class RelayGrain : Orleans.Grain, IRelayGrain
{
    public async Task HoldThenTouch(string checkpoint, IClockedGrain other)
    {
        await Checkpoint.Pass(checkpoint);
        await other.Touch();
    }
}
