using AgentManagement.Tests.GrainRuntime;
using AgentManagement.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;

namespace AgentManagement.Tests.Embedded;

/// <summary>How long a caller waits and a grain stays.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private readonly string _key = $"t/{Guid.NewGuid()}";
    private GrainHost _host = null!;

    private IClockedGrain Grain => _host.Grains.GetGrain<IClockedGrain>(_key);

    private Orleans.Runtime.Catalog Catalog => _host.Services.GetRequiredService<Orleans.Runtime.GrainRuntime>().Catalog;

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync(
        silo => silo
            .Configure<GrainCollectionOptions>(options =>
            {
                options.CollectionAge = TimeSpan.FromMinutes(10);
                options.CollectionQuantum = TimeSpan.FromMinutes(1);
            }),
        _clock);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_grain_that_calls_itself_gets_a_timeout_and_the_call_never_runs()
    {
        var call = Grain.CallSelf();
        await Await.For(Grain.Ticks(), "the turn that calls itself to have begun");
        _clock.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<TimeoutException>(() => Await.For(call, "the self-call"));
        await Await.For(Grain.StartTimer(), "the grain to serve others again");
        Assert.Empty(Diary.Read(_key));
    }

    [Fact]
    public async Task A_call_that_takes_too_long_times_out_and_its_turn_goes_on()
    {
        var checkpoint = Checkpoint.Create();
        var call = Grain.Hold(checkpoint.Name);
        await checkpoint.Reached("the call");
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(call.IsCompleted, "The call timed out too early.");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => Await.For(call, "the time-out"));
        var next = Grain.Touch();
        await Grain.Ticks();
        Assert.Empty(Diary.Read(_key));
        checkpoint.Open();
        await Await.For(next, "the next turn");
    }

    [Fact]
    public async Task An_unused_grain_is_deactivated_and_leaves_nothing_behind()
    {
        await Grain.Touch();
        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(1, Catalog.Count);
        await Grain.Touch();
        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(1, Catalog.Count);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await Await.Until(() => Catalog.Count == 0, "the catalog to forget the grain");
        Assert.Equal("deactivated: ActivationIdle", Diary.Read(_key)[^1]);
        await Await.For(Grain.Touch(), "the fresh activation");
    }

    [Fact]
    public async Task A_grain_with_a_running_request_is_not_unused()
    {
        var checkpoint = Checkpoint.Create();
        var call = Grain.Hold(checkpoint.Name);
        await checkpoint.Reached("the request");
        _clock.Advance(TimeSpan.FromMinutes(30));
        checkpoint.Open();
        await Assert.ThrowsAsync<TimeoutException>(() => call);
        await Await.For(Grain.Touch(), "the next request");
        Assert.Equal(["touched"], Diary.Read(_key));
    }
}
