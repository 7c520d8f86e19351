using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace AgentManagement.Tests.GrainRuntime;

public interface IOneWayGrain : IGrainWithStringKey
{
    [OneWay]
    Task Hold(string checkpoint);

    [OneWay]
    Task Fail(string inbox);

    /// <summary>Sends itself a one-way call, and awaits it.</summary>
    Task TellItself(string checkpoint);

    Task<string> Answer();
}

public sealed class OneWayGrain : Grain, IOneWayGrain
{
    public Task Hold(string checkpoint) => Checkpoint.Pass(checkpoint);

    public Task Fail(string inbox)
    {
        Inbox.Post(inbox, "failing");
        throw new FormatException("Nobody hears this.");
    }

    public Task TellItself(string checkpoint) => this.AsReference<IOneWayGrain>().Hold(checkpoint);

    public Task<string> Answer() => Task.FromResult("here");
}

public sealed class OneWayTests : IAsyncLifetime
{
    private readonly Checkpoint _checkpoint = Checkpoint.Create();
    private GrainHost _host = null!;

    private IOneWayGrain Grain => _host.Grains.GetGrain<IOneWayGrain>("t/one-way");

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_caller_does_not_wait_for_the_callee()
    {
        await Await.For(Grain.Hold(_checkpoint.Name), "the one-way call");
        await _checkpoint.Reached("the callee");
        _checkpoint.Open();
    }

    [Fact]
    public async Task The_callees_failure_stays_with_the_callee()
    {
        var inbox = _checkpoint.Name;
        await Grain.Fail(inbox);
        Assert.Equal("failing", await Inbox.Next(inbox));
        Assert.Equal("here", await Grain.Answer());
    }

    [Fact]
    public async Task A_grain_may_send_one_to_itself_which_runs_after_the_turn()
    {
        await Await.For(Grain.TellItself(_checkpoint.Name), "the turn that sends");
        await _checkpoint.Reached("the turn after it");
        _checkpoint.Open();
        Assert.Equal("here", await Grain.Answer());
    }
}
