using AgentManagement.Tests.GrainRuntime;
using AgentManagement.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AgentManagement.Tests.Embedded;

/// <summary>When exactly grain timers tick, and when no more.</summary>
public sealed class TimerClockTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private readonly string _key = $"t/{Guid.NewGuid()}";
    private GrainHost _host = null!;

    private IClockedGrain Grain => _host.Grains.GetGrain<IClockedGrain>(_key);

    private Orleans.Runtime.Catalog Catalog => _host.Services.GetRequiredService<Orleans.Runtime.GrainRuntime>().Catalog;

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync(clock: _clock);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_timer_ticks_in_turns_of_its_grain_and_survives_its_callbacks_errors()
    {
        await Grain.StartTimer();
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, await Grain.Ticks());
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Grain.Touch();
        Assert.Equal(1, await Grain.Ticks());
        _clock.Advance(TimeSpan.FromSeconds(20));
        await Grain.Touch();
        Assert.Equal(2, await Grain.Ticks());
        Assert.Equal(["ticked in turn: True", "touched", "ticked in turn: True", "touched"], Diary.Read(_key));
    }

    [Fact]
    public async Task A_disposed_timer_does_not_tick()
    {
        await Grain.StartTimer();
        await Grain.StopTimer();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Grain.Touch();
        Assert.Equal(0, await Grain.Ticks());
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation()
    {
        await Grain.StartTimer();
        await Grain.Leave();
        await Await.Until(() => Catalog.Count == 0, "the activation to end");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Grain.Touch();
        Assert.Equal(["deactivated: ApplicationRequested", "touched"], Diary.Read(_key));
    }

    [Fact]
    public async Task A_tick_that_comes_due_while_its_grain_deactivates_is_dropped()
    {
        var checkpoint = Checkpoint.Create();
        await Grain.StartTimer();
        var leaving = Grain.LeaveAfter(checkpoint.Name);
        await checkpoint.Reached("the last request");
        _clock.Advance(TimeSpan.FromSeconds(10));
        checkpoint.Open();
        await Await.For(leaving, "the last request");
        await Await.Until(() => Catalog.Count == 0, "the grain to leave, and no other to follow for the tick's sake");
        Assert.Equal(["deactivated: ApplicationRequested"], Diary.Read(_key));
    }
}
