using AgentManagement.Tests.GrainRuntime;
using Orleans.Runtime;

namespace AgentManagement.Tests.Embedded;

/// <summary>The order of requests that the behaviour tests cannot pin down from outside.</summary>
public sealed class RequestQueueTests
{
    private readonly RequestQueue _queue = new();
    private readonly Request _firstRead = Request(nameof(IHold.Read));
    private readonly Request _secondRead = Request(nameof(IHold.Read));
    private readonly Request _thirdRead = Request(nameof(IHold.Read));
    private readonly Request _write = Request(nameof(IHold.Hold));

    [Fact]
    public void First_come_first_served()
    {
        var later = Request(nameof(IHold.Hold));
        Add(_write, later);
        Assert.Same(_write, _queue.TakeNext());
        Assert.Null(_queue.TakeNext());
        _queue.Complete(_write);
        Assert.Same(later, _queue.TakeNext());
        _queue.Complete(later);
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void A_read_overtakes_a_waiting_write_while_only_reads_run()
    {
        Add(_firstRead, _write, _secondRead);
        Assert.Same(_firstRead, _queue.TakeNext());
        Assert.Same(_secondRead, _queue.TakeNext());
        _queue.Complete(_firstRead);
        Add(_thirdRead);
        Assert.Same(_thirdRead, _queue.TakeNext());
        Assert.Null(_queue.TakeNext());
    }

    [Fact]
    public void A_write_waits_for_every_running_read_and_comes_before_later_ones()
    {
        Add(_firstRead, _secondRead, _write);
        _queue.TakeNext();
        _queue.TakeNext();
        _queue.Complete(_firstRead);
        Assert.Null(_queue.TakeNext());
        _queue.Complete(_secondRead);
        Add(_thirdRead);
        Assert.Same(_write, _queue.TakeNext());
        Assert.Null(_queue.TakeNext());
    }

    [Fact]
    public void An_interleaving_request_neither_waits_nor_makes_others_wait()
    {
        var interleaving = Request(nameof(IHold.Interleave));
        Add(_write, _firstRead, interleaving);
        Assert.Same(_write, _queue.TakeNext());
        Assert.Same(interleaving, _queue.TakeNext());
        _queue.Complete(_write);
        Assert.Same(_firstRead, _queue.TakeNext());
        _queue.Complete(interleaving);
        _queue.Complete(_firstRead);
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void What_still_waits_can_be_taken_away()
    {
        Add(_write, _firstRead);
        _queue.TakeNext();
        Assert.Equal([_firstRead], _queue.Drain());
        Assert.Equal((1, 0), (_queue.Running, _queue.Waiting));
    }

    private void Add(params Request[] requests) => Array.ForEach(requests, _queue.Add);

    private static Request Request(string method) =>
        new(GrainMethod.For(typeof(IHold).GetMethod(method)!), [], default, default) { Context = ImmutableDictionary<string, object>.Empty };
}
