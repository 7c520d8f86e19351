using AgentManagement.Tests.Support;
using Orleans;

namespace AgentManagement.Tests.GrainRuntime;

public sealed class TurnTests : IAsyncLifetime
{
    private readonly Checkpoint first = Checkpoint.Create();
    private readonly Checkpoint second = Checkpoint.Create();
    private readonly Checkpoint third = Checkpoint.Create();
    private GrainHost host = null!;

    private IProbe Probe => host.Grains.GetGrain<IProbe>("t/probe");

    public async ValueTask InitializeAsync() => host = await GrainHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_request_waits_until_the_running_one_has_completed()
    {
        var running = Probe.Hold(first.Name);
        await first.Reached("the first request");
        var waiting = Probe.Hold(second.Name);
        await Probe.Ping();
        Assert.False(second.IsReached, "The second request started within the first.");

        first.Open();
        await second.Reached("the second request, after the first");
        second.Open();
        await Await.For(Task.WhenAll(running, waiting), "both requests");
    }

    [Fact]
    public async Task An_always_interleaving_method_runs_beside_a_running_request()
    {
        _ = Probe.Hold(first.Name);
        await first.Reached("the first request");
        _ = Probe.Interleave(second.Name);
        await second.Reached("the interleaving request");
        first.Open();
        second.Open();
    }

    [Fact]
    public async Task A_request_starts_beside_a_running_interleaving_one()
    {
        _ = Probe.Interleave(first.Name);
        await first.Reached("the interleaving request");
        _ = Probe.Hold(second.Name);
        await second.Reached("the ordinary request");
        first.Open();
        second.Open();
    }

    [Fact]
    public async Task Read_only_requests_run_beside_each_other()
    {
        _ = Probe.Read(first.Name);
        await first.Reached("the first read");
        _ = Probe.Read(second.Name);
        await second.Reached("the second read");
        first.Open();
        second.Open();
    }

    [Fact]
    public async Task A_read_only_request_waits_for_a_running_write()
    {
        _ = Probe.Hold(first.Name);
        await first.Reached("the write");
        _ = Probe.Read(second.Name);
        await Probe.Ping();
        Assert.False(second.IsReached, "The read started within the write.");
        first.Open();
        await second.Reached("the read, after the write");
        second.Open();
    }

    [Fact]
    public async Task A_write_waits_for_a_running_read_only_request()
    {
        _ = Probe.Read(first.Name);
        await first.Reached("the read");
        _ = Probe.Hold(second.Name);
        await Probe.Ping();
        Assert.False(second.IsReached, "The write started within the read.");
        first.Open();
        await second.Reached("the write, after the read");
        second.Open();
    }

    [Fact]
    public async Task A_waiting_write_comes_before_later_reads_once_the_running_read_has_completed()
    {
        _ = Probe.Read(first.Name);
        await first.Reached("the read");
        _ = Probe.Hold(second.Name);
        first.Open();
        await second.Reached("the write, after the read");
        _ = Probe.Read(third.Name);
        await Probe.Ping();
        Assert.False(third.IsReached, "The later read started within the write.");
        second.Open();
        await third.Reached("the later read, after the write");
        third.Open();
    }

    [Fact]
    public async Task A_write_waits_for_every_running_read_while_later_reads_join_them()
    {
        var fourth = Checkpoint.Create();
        _ = Probe.Read(first.Name);
        await first.Reached("the first read");
        var read = Probe.Read(second.Name);
        await second.Reached("the second read");
        _ = Probe.Hold(third.Name);
        _ = Probe.Read(fourth.Name);
        await fourth.Reached("the read after the write, beside the others");
        first.Open();
        second.Open();
        await Await.For(read, "the second read");
        await Probe.Ping();
        Assert.False(third.IsReached, "The write started within the last read.");
        fourth.Open();
        await third.Reached("the write, after all reads");
        third.Open();
    }

    [Fact]
    public async Task Interleaving_requests_never_run_on_two_threads_at_once()
    {
        var probe = host.Grains.GetGrain<ICountProbe>("t/count");
        await Await.For(Task.WhenAll(Enumerable.Range(0, 2_000).Select(_ => Task.Run(probe.Add))), "all additions");
        Assert.Equal(2_000, await probe.Sum());
    }

    [Fact]
    public async Task A_stateless_worker_has_several_activations_up_to_its_limit()
    {
        var worker = host.Grains.GetGrain<IWorkerProbe>("t/worker");
        var one = worker.Hold(first.Name);
        var two = worker.Hold(second.Name);
        await first.Reached("the first worker");
        await second.Reached("the second worker");
        var three = worker.Hold(third.Name);
        Assert.False(third.IsReached, "A third worker was started.");
        first.Open();
        second.Open();
        await third.Reached("the third request, on a worker that is free again");
        third.Open();
        Assert.NotEqual(await one, await two);
        Assert.Contains(await three, new[] { await one, await two });
    }

    [Fact]
    public async Task Other_keys_are_other_grains()
    {
        _ = Probe.Hold(first.Name);
        await first.Reached("the first grain");
        _ = host.Grains.GetGrain<IProbe>("t/other").Hold(second.Name);
        await second.Reached("the other grain");
        first.Open();
        second.Open();
    }
}
