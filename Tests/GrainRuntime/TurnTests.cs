using AgentManagement.Tests.Support;
using Orleans;

namespace AgentManagement.Tests.GrainRuntime;

public sealed class TurnTests : IAsyncLifetime
{
    private readonly Checkpoint _first = Checkpoint.Create();
    private readonly Checkpoint _second = Checkpoint.Create();
    private readonly Checkpoint _third = Checkpoint.Create();
    private GrainHost _host = null!;

    private IProbe Probe => _host.Grains.GetGrain<IProbe>("t/probe");

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_request_waits_until_the_running_one_has_completed()
    {
        var running = Probe.Hold(_first.Name);
        await _first.Reached("the first request");
        var waiting = Probe.Hold(_second.Name);
        await Probe.Ping();
        Assert.False(_second.IsReached, "The second request started within the first.");

        _first.Open();
        await _second.Reached("the second request, after the first");
        _second.Open();
        await Await.For(Task.WhenAll(running, waiting), "both requests");
    }

    [Fact]
    public async Task An_always_interleaving_method_runs_beside_a_running_request()
    {
        _ = Probe.Hold(_first.Name);
        await _first.Reached("the first request");
        _ = Probe.Interleave(_second.Name);
        await _second.Reached("the interleaving request");
        _first.Open();
        _second.Open();
    }

    [Fact]
    public async Task A_request_starts_beside_a_running_interleaving_one()
    {
        _ = Probe.Interleave(_first.Name);
        await _first.Reached("the interleaving request");
        _ = Probe.Hold(_second.Name);
        await _second.Reached("the ordinary request");
        _first.Open();
        _second.Open();
    }

    [Fact]
    public async Task Read_only_requests_run_beside_each_other()
    {
        _ = Probe.Read(_first.Name);
        await _first.Reached("the first read");
        _ = Probe.Read(_second.Name);
        await _second.Reached("the second read");
        _first.Open();
        _second.Open();
    }

    [Fact]
    public async Task A_read_only_request_waits_for_a_running_write()
    {
        _ = Probe.Hold(_first.Name);
        await _first.Reached("the write");
        _ = Probe.Read(_second.Name);
        await Probe.Ping();
        Assert.False(_second.IsReached, "The read started within the write.");
        _first.Open();
        await _second.Reached("the read, after the write");
        _second.Open();
    }

    [Fact]
    public async Task A_write_waits_for_a_running_read_only_request()
    {
        _ = Probe.Read(_first.Name);
        await _first.Reached("the read");
        _ = Probe.Hold(_second.Name);
        await Probe.Ping();
        Assert.False(_second.IsReached, "The write started within the read.");
        _first.Open();
        await _second.Reached("the write, after the read");
        _second.Open();
    }

    [Fact]
    public async Task A_waiting_write_comes_before_later_reads_once_the_running_read_has_completed()
    {
        _ = Probe.Read(_first.Name);
        await _first.Reached("the read");
        _ = Probe.Hold(_second.Name);
        _first.Open();
        await _second.Reached("the write, after the read");
        _ = Probe.Read(_third.Name);
        await Probe.Ping();
        Assert.False(_third.IsReached, "The later read started within the write.");
        _second.Open();
        await _third.Reached("the later read, after the write");
        _third.Open();
    }

    [Fact]
    public async Task A_write_waits_for_every_running_read_while_later_reads_join_them()
    {
        var fourth = Checkpoint.Create();
        _ = Probe.Read(_first.Name);
        await _first.Reached("the first read");
        var read = Probe.Read(_second.Name);
        await _second.Reached("the second read");
        _ = Probe.Hold(_third.Name);
        _ = Probe.Read(fourth.Name);
        await fourth.Reached("the read after the write, beside the others");
        _first.Open();
        _second.Open();
        await Await.For(read, "the second read");
        await Probe.Ping();
        Assert.False(_third.IsReached, "The write started within the last read.");
        fourth.Open();
        await _third.Reached("the write, after all reads");
        _third.Open();
    }

    [Fact]
    public async Task Interleaving_requests_never_run_on_two_threads_at_once()
    {
        var probe = _host.Grains.GetGrain<ICountProbe>("t/count");
        await Await.For(Task.WhenAll(Enumerable.Range(0, 2_000).Select(_ => Task.Run(probe.Add))), "all additions");
        Assert.Equal(2_000, await probe.Sum());
    }

    [Fact]
    public async Task A_stateless_worker_has_several_activations_up_to_its_limit()
    {
        var worker = _host.Grains.GetGrain<IWorkerProbe>("t/worker");
        var one = worker.Hold(_first.Name);
        var two = worker.Hold(_second.Name);
        await _first.Reached("the first worker");
        await _second.Reached("the second worker");
        var three = worker.Hold(_third.Name);
        Assert.False(_third.IsReached, "A third worker was started.");
        _first.Open();
        _second.Open();
        await _third.Reached("the third request, on a worker that is free again");
        _third.Open();
        Assert.NotEqual(await one, await two);
        Assert.Contains(await three, new[] { await one, await two });
    }

    [Fact]
    public async Task Other_keys_are_other_grains()
    {
        _ = Probe.Hold(_first.Name);
        await _first.Reached("the first grain");
        _ = _host.Grains.GetGrain<IProbe>("t/other").Hold(_second.Name);
        await _second.Reached("the other grain");
        _first.Open();
        _second.Open();
    }
}
