using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Runtime;

namespace AgentManagement.Tests.GrainRuntime;

public sealed class CallTests : IAsyncLifetime
{
    private GrainHost _host = null!;

    private IEchoGrain Echo => _host.Grains.GetGrain<IEchoGrain>("t/echo");

    private IEchoGrain Other => _host.Grains.GetGrain<IEchoGrain>("t/other");

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        RequestContext.Clear();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Every_awaitable_that_a_method_may_return_brings_its_result()
    {
        Assert.Equal(42, await Echo.Twice(21));
        await Echo.Nothing();
        Assert.Equal("text", await Echo.Echo("text"));
        Assert.Equal(0, await Echo.Echo(default(int)));
        Assert.Null(await Echo.Echo<string?>(null));
    }

    [Fact]
    public async Task An_exception_reaches_the_caller_with_its_type_message_and_origin()
    {
        var failure = await Assert.ThrowsAsync<FormatException>(() => Echo.Throw("no such thing"));
        Assert.Equal("no such thing", failure.Message);
        Assert.Contains(nameof(EchoGrain), failure.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_reaches_the_callee_in_its_own_turn_and_the_caller_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        var checkpoint = Checkpoint.Create();
        var call = Echo.AwaitCancellation(checkpoint.Name, cancellation.Token);
        await checkpoint.Reached("the callee");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Await.For(call, "the cancelled call"));
        await Await.For(Echo.Nothing().AsTask(), "the turn after the cancelled one");
        Assert.Equal(["cancelled in turn: True", "done"], Diary.Read(checkpoint.Name));
    }

    /// <summary>The running call hears of the cancellation after the waiting one did, and makes room only then.</summary>
    [Fact]
    public async Task A_call_cancelled_while_it_waits_ends_for_its_caller_at_once_and_never_runs()
    {
        using var cancellation = new CancellationTokenSource();
        var (first, second) = (Checkpoint.Create(), Checkpoint.Create());
        var running = Echo.AwaitCancellation(first.Name, cancellation.Token);
        await first.Reached("the first call");
        var waiting = Echo.AwaitCancellation(second.Name, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Await.For(waiting, "the cancelled call"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Await.For(running, "the first call"));
        await Await.For(Echo.Nothing().AsTask(), "the next call");
        Assert.False(second.IsReached, "The cancelled call ran.");
    }

    [Fact]
    public async Task A_call_with_a_cancelled_token_is_not_sent()
    {
        var checkpoint = Checkpoint.Create();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Echo.AwaitCancellation(checkpoint.Name, new CancellationToken(canceled: true)));
        await Echo.Nothing();
        Assert.False(checkpoint.IsReached, "The call was sent.");
    }

    [Fact]
    public async Task References_are_equal_by_grain_and_travel_as_arguments_and_results()
    {
        Assert.Equal(Echo, _host.Grains.GetGrain<IEchoGrain>("t/echo"));
        Assert.NotEqual(Echo, Other);
        Assert.Equal(Echo, await Echo.Self());
        Assert.True(await Echo.IsSame(Echo));
        Assert.Equal("hello", await Echo.Forward(Other, "hello"));
        Assert.Equal("t/echo", Echo.GetPrimaryKeyString());
    }

    [Fact]
    public async Task The_request_context_reaches_the_callee_and_the_grains_it_calls()
    {
        RequestContext.Set("tenant", "blue");
        Assert.Equal("blue", await Echo.Context("tenant"));
        Assert.Equal("blue", await Echo.ContextOf(Other, "tenant"));
    }

    [Fact]
    public async Task What_a_callee_puts_into_the_request_context_does_not_come_back()
    {
        RequestContext.Set("tenant", "blue");
        await Echo.SetContext("tenant", "red");
        Assert.Equal("blue", RequestContext.Get("tenant"));
        RequestContext.Clear();
        Assert.Null(await Echo.Context("tenant"));
    }

    [Fact]
    public async Task A_mutable_value_of_the_request_context_is_copied()
    {
        var values = new List<int> { 1 };
        RequestContext.Set("values", values);
        Assert.Equal(2, await Echo.GrowContext("values"));
        Assert.Single(values);
    }

    [Fact]
    public async Task Other_ambient_values_do_not_flow_into_a_grain()
    {
        EchoGrain.Ambient.Value = "caller's";
        Assert.False(await Echo.HasAmbientValue());
    }

    [Fact]
    public void An_interface_that_no_grain_implements_is_refused() =>
        Assert.Throws<ArgumentException>(() => _host.Grains.GetGrain<IImplementedByNobody>("t/x"));

    public interface IImplementedByNobody : IGrainWithStringKey;
}
