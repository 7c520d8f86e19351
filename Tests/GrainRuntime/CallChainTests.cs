using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace AgentManagement.Tests.GrainRuntime;

public interface IChainGrain : IGrainWithStringKey
{
    /// <summary>Calls the other, which calls back; says whether the call back ran meanwhile.</summary>
    Task<string> Go(IChainGrain other, string checkpoint);

    /// <summary>Sends the caller a call, which it does not wait for.</summary>
    Task CallBack(IChainGrain caller, string checkpoint);

    Task Pass(string checkpoint);

    Task CallItself();

    [AlwaysInterleave]
    Task Ping();
}

public sealed class ChainGrain : Grain, IChainGrain
{
    public async Task<string> Go(IChainGrain other, string checkpoint)
    {
        await other.CallBack(this.AsReference<IChainGrain>(), checkpoint);
        await this.AsReference<IChainGrain>().Ping();
        return Inbox.IsEmpty(checkpoint) ? "alone" : "called back";
    }

    public Task CallBack(IChainGrain caller, string checkpoint)
    {
        _ = caller.Pass(checkpoint);
        return Task.CompletedTask;
    }

    public Task Pass(string checkpoint)
    {
        Inbox.Post(checkpoint, "called back");
        return Task.CompletedTask;
    }

    public Task CallItself() => this.AsReference<IChainGrain>().Pass(this.GetPrimaryKeyString());

    public Task Ping() => Task.CompletedTask;
}

/// <summary>Grains do not let calls in because their own calls led to them.</summary>
public sealed class CallChainTests : IAsyncLifetime
{
    private readonly string _key = $"t/{Guid.NewGuid()}";
    private GrainHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync(
        silo => silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(1)));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_call_back_waits_until_the_call_that_led_to_it_has_completed()
    {
        var other = _host.Grains.GetGrain<IChainGrain>(_key + "/other");
        Assert.Equal("alone", await _host.Grains.GetGrain<IChainGrain>(_key).Go(other, _key));
        Assert.Equal("called back", await Inbox.Next(_key));
    }

    [Fact]
    public async Task A_grain_that_awaits_itself_gets_a_timeout_and_serves_others_again()
    {
        var grain = _host.Grains.GetGrain<IChainGrain>(_key);
        await Assert.ThrowsAsync<TimeoutException>(() => Await.For(grain.CallItself(), "the call to itself"));
        await Until(() => grain.Pass(_key + "/next"));
        Assert.Equal("called back", await Inbox.Next(_key + "/next"));
        Assert.True(Inbox.IsEmpty(_key), "The call to itself ran.");
    }

    // The caller's own time may run out a little before the grain's does.
    private static async Task Until(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (TimeoutException)
            {
            }
        }
    }
}
