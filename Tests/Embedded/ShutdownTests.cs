using AgentManagement.Tests.GrainRuntime;
using AgentManagement.Tests.Support;
using Orleans.Runtime;

namespace AgentManagement.Tests.Embedded;

public sealed class ShutdownTests : IAsyncLifetime
{
    private readonly string key = $"t/{Guid.NewGuid()}";
    private GrainHost host = null!;

    private IClockedGrain Grain => host.Grains.GetGrain<IClockedGrain>(key);

    public async ValueTask InitializeAsync() => host = await GrainHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task To_stop_is_to_finish_running_and_waiting_turns_and_to_deactivate()
    {
        var checkpoint = Checkpoint.Create();
        var running = Grain.Hold(checkpoint.Name);
        await checkpoint.Reached("the running call");
        var waiting = Grain.Touch();
        var stop = host.StopAsync();
        Assert.False(stop.IsCompleted, "The silo stopped within a turn.");
        checkpoint.Open();
        await Await.For(stop, "the silo to stop");
        Assert.True(running.IsCompletedSuccessfully && waiting.IsCompletedSuccessfully, "A call was lost.");
        Assert.Equal(["touched", "deactivated: ShuttingDown"], Diary.Read(key));
    }

    [Fact]
    public async Task A_stopping_silo_refuses_new_calls_from_outside()
    {
        var checkpoint = Checkpoint.Create();
        var running = Grain.Hold(checkpoint.Name);
        await checkpoint.Reached("the running call");
        var stop = host.StopAsync();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain.Touch());
        checkpoint.Open();
        await Await.For(Task.WhenAll(stop, running), "the silo to stop");
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain.Touch());
    }

    [Fact]
    public async Task A_running_turn_may_still_call_other_grains_while_the_silo_stops()
    {
        var checkpoint = Checkpoint.Create();
        var relay = host.Grains.GetGrain<IRelayGrain>("t/relay");
        var running = relay.HoldThenTouch(checkpoint.Name, Grain);
        await checkpoint.Reached("the running call");
        var stop = host.StopAsync();
        checkpoint.Open();
        await Await.For(Task.WhenAll(stop, running), "the silo to stop");
        Assert.Equal(["touched", "deactivated: ShuttingDown"], Diary.Read(key));
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
