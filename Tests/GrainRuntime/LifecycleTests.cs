using AgentManagement.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace AgentManagement.Tests.GrainRuntime;

public sealed class LifecycleTests : IAsyncLifetime
{
    private readonly string _key = $"t/{Guid.NewGuid()}";
    private GrainHost _host = null!;

    private ITallyGrain Tally => _host.Grains.GetGrain<ITallyGrain>(_key);

    private FaultyStorage Storage => (FaultyStorage)_host.Services.GetRequiredKeyedService<IGrainStorage>("memory");

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync(silo =>
    {
        silo.AddMemoryGrainStorage("inner");
        silo.Services.AddKeyedSingleton<IGrainStorage>("memory", (services, _) =>
            new FaultyStorage(services.GetRequiredKeyedService<IGrainStorage>("inner")));
    });

    public ValueTask DisposeAsync()
    {
        RequestContext.Clear();
        return _host.DisposeAsync();
    }

    [Fact]
    public async Task Concurrent_first_calls_make_one_activation()
    {
        var start = Checkpoint.Create();
        Diary.OnActivate[_key] = _ => Checkpoint.Pass(start.Name);
        var calls = Enumerable.Range(0, 50).Select(_ => Task.Run(Tally.Get)).ToArray();
        await start.Reached("the activation");
        start.Open();
        await Await.For(Task.WhenAll(calls), "all first calls");
        Assert.Equal(["activated with 0"], Diary.Read(_key));
    }

    [Fact]
    public async Task State_is_read_before_the_grain_is_activated_and_survives_it()
    {
        Assert.Equal(1, await Tally.Add());
        await Leave();
        Assert.Equal(1, await Tally.Get());
        Assert.Equal("activated with 1", Diary.Read(_key)[^1]);
    }

    [Fact]
    public async Task A_cleared_state_is_a_new_one_also_after_reactivation()
    {
        await Tally.Add();
        await Tally.Clear();
        Assert.Equal(0, await Tally.Get());
        await Leave();
        Assert.Equal(1, await Tally.Add());
    }

    [Fact]
    public async Task An_inconsistent_write_ends_the_activation_and_the_next_call_reads_what_is_stored()
    {
        await Tally.Add();
        await Tally.Scribble(77);
        Storage.NextWrite = new InconsistentStateException("somebody else wrote");
        var failure = await Assert.ThrowsAsync<InconsistentStateException>(Tally.Write);
        Assert.Contains("somebody else wrote", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Tally.Get());
        Assert.Contains("deactivated: ApplicationError", Diary.Read(_key));
    }

    [Fact]
    public async Task Another_failure_of_the_storage_reaches_the_caller_and_leaves_the_activation()
    {
        await Tally.Scribble(77);
        Storage.NextWrite = new IOException("disk full");
        var failure = await Assert.ThrowsAsync<OrleansException>(Tally.Write);
        Assert.IsType<IOException>(failure.InnerException);
        Assert.Equal(77, await Tally.Get());
    }

    [Fact]
    public async Task A_failed_read_fails_the_calls_that_wait_and_the_next_call_activates_anew()
    {
        Storage.NextRead = new IOException("database gone");
        await Assert.ThrowsAsync<OrleansException>(Tally.Get);
        Assert.Equal(0, await Tally.Get());
    }

    [Fact]
    public async Task A_failed_activation_fails_the_calls_that_wait_and_the_next_call_activates_anew()
    {
        Diary.OnActivate[_key] = _ => throw new InvalidOperationException("not today");
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(Tally.Get);
        Assert.Equal("not today", failure.Message);
        Diary.OnActivate.TryRemove(_key, out _);
        Assert.Equal(0, await Tally.Get());
        Assert.Contains("disposed", Diary.Read(_key));
        Assert.DoesNotContain(Diary.Read(_key), entry => entry.StartsWith("deactivated", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_that_wait_when_the_grain_deactivates_itself_go_to_a_fresh_activation()
    {
        var leaving = Checkpoint.Create();
        var leave = Tally.Leave(leaving.Name);
        await leaving.Reached("the call that deactivates");
        var waiting = new[] { Tally.Add(), Tally.Add() };
        leaving.Open();
        await Await.For(leave, "the call that deactivates");
        Assert.Equal(new[] { 1, 2 }, await Await.For(Task.WhenAll(waiting), "the calls that wait"));
        Assert.Equal(["activated with 0", "left", "deactivated: ApplicationRequested", "disposed", "activated with 0"], Diary.Read(_key));
    }

    [Fact]
    public async Task A_failing_deactivation_ends_the_activation_all_the_same()
    {
        await Tally.Add();
        Diary.OnDeactivate[_key] = () => throw new InvalidOperationException("not today either");
        await Leave();
        Assert.Equal(1, await Tally.Get());
        Assert.Equal(["activated with 0", "left", "deactivated: ApplicationRequested", "disposed", "activated with 1"], Diary.Read(_key));
    }

    [Fact]
    public async Task An_activation_has_the_request_context_of_the_call_that_caused_it()
    {
        Diary.OnActivate[_key] = _ =>
        {
            Diary.Write(_key, $"for {RequestContext.Get("tenant")}");
            return Task.CompletedTask;
        };
        RequestContext.Set("tenant", "blue");
        await Tally.Get();
        Assert.Equal(["activated with 0", "for blue"], Diary.Read(_key));
    }

    [Fact]
    public async Task State_cannot_be_used_outside_of_the_turn() =>
        await Assert.ThrowsAsync<InvalidOperationException>(Tally.ReadOutsideOfTheTurn);

    private async Task Leave()
    {
        var leaving = Checkpoint.Create();
        leaving.Open();
        await Tally.Leave(leaving.Name);
    }
}
