using AgentManagement.Tests.GrainRuntime;
using Orleans.Runtime;

namespace AgentManagement.Tests.Embedded;

/// <summary>The order of requests that the behaviour tests cannot pin down from outside.</summary>
public sealed class RequestQueueTests
{
    private readonly RequestQueue queue = new();
    private readonly Request firstRead = Request(nameof(IHold.Read));
    private readonly Request secondRead = Request(nameof(IHold.Read));
    private readonly Request thirdRead = Request(nameof(IHold.Read));
    private readonly Request write = Request(nameof(IHold.Hold));

    [Fact]
    public void First_come_first_served()
    {
        var later = Request(nameof(IHold.Hold));
        Add(write, later);
        Assert.Same(write, queue.TakeNext());
        Assert.Null(queue.TakeNext());
        queue.Complete(write);
        Assert.Same(later, queue.TakeNext());
        queue.Complete(later);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void A_read_overtakes_a_waiting_write_while_only_reads_run()
    {
        Add(firstRead, write, secondRead);
        Assert.Same(firstRead, queue.TakeNext());
        Assert.Same(secondRead, queue.TakeNext());
        queue.Complete(firstRead);
        Add(thirdRead);
        Assert.Same(thirdRead, queue.TakeNext());
        Assert.Null(queue.TakeNext());
    }

    [Fact]
    public void A_write_waits_for_every_running_read_and_comes_before_later_ones()
    {
        Add(firstRead, secondRead, write);
        queue.TakeNext();
        queue.TakeNext();
        queue.Complete(firstRead);
        Assert.Null(queue.TakeNext());
        queue.Complete(secondRead);
        Add(thirdRead);
        Assert.Same(write, queue.TakeNext());
        Assert.Null(queue.TakeNext());
    }

    [Fact]
    public void An_interleaving_request_neither_waits_nor_makes_others_wait()
    {
        var interleaving = Request(nameof(IHold.Interleave));
        Add(write, firstRead, interleaving);
        Assert.Same(write, queue.TakeNext());
        Assert.Same(interleaving, queue.TakeNext());
        queue.Complete(write);
        Assert.Same(firstRead, queue.TakeNext());
        queue.Complete(interleaving);
        queue.Complete(firstRead);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void What_still_waits_can_be_taken_away()
    {
        Add(write, firstRead);
        queue.TakeNext();
        Assert.Equal([firstRead], queue.Drain());
        Assert.Equal((1, 0), (queue.Running, queue.Waiting));
    }

    private void Add(params Request[] requests) => Array.ForEach(requests, queue.Add);

    private static Request Request(string method) =>
        new(GrainMethod.For(typeof(IHold).GetMethod(method)!), [], default, default) { Context = ImmutableDictionary<string, object>.Empty };
}
