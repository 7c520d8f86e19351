using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace AgentManagement.Tests.Embedded;

/// <summary>The order of requests that the behaviour tests cannot pin down from outside.</summary>
public sealed class RequestQueueTests
{
    private readonly RequestQueue queue = new(reentrant: false);
    private readonly Request firstRead = new Fake(read: true);
    private readonly Request secondRead = new Fake(read: true);
    private readonly Request thirdRead = new Fake(read: true);
    private readonly Request write = new Fake();

    [Fact]
    public void First_come_first_served()
    {
        var later = new Fake();
        Add(write, later);
        Assert.Same(write, queue.TakeNext());
        Assert.Null(queue.TakeNext());
        queue.Complete(write);
        Assert.Same(later, queue.TakeNext());
        queue.Complete(later);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void A_read_overtakes_a_waiting_write_while_the_first_read_runs()
    {
        Add(firstRead, write, secondRead);
        Assert.Same(firstRead, queue.TakeNext());
        Assert.Same(secondRead, queue.TakeNext());
        Assert.Null(queue.TakeNext());
    }

    [Fact]
    public void Reads_do_not_overtake_a_waiting_write_for_ever()
    {
        Add(firstRead, write, secondRead);
        queue.TakeNext();
        queue.TakeNext();
        queue.Complete(firstRead);
        Add(thirdRead);
        Assert.Null(queue.TakeNext());
        queue.Complete(secondRead);
        Assert.Same(write, queue.TakeNext());
        Assert.Null(queue.TakeNext());
    }

    [Fact]
    public void A_write_waits_for_every_running_read()
    {
        Add(firstRead, secondRead, write);
        queue.TakeNext();
        queue.TakeNext();
        queue.Complete(firstRead);
        Assert.Null(queue.TakeNext());
        queue.Complete(secondRead);
        Assert.Same(write, queue.TakeNext());
    }

    [Fact]
    public void An_interleaving_request_neither_waits_nor_makes_others_wait()
    {
        var interleaving = new Fake(interleave: true);
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

    private sealed class Fake(bool read = false, bool interleave = false) : Request
    {
        public override bool IsReadOnly => read;

        public override bool IsAlwaysInterleave => interleave;

        public override bool IsCompleted => false;

        public override Type ImplementationType => GetType();

        public override MethodInfo GetMethod() => throw new NotSupportedException();

        public override Type GetInterfaceType() => throw new NotSupportedException();

        public override int GetArgumentCount() => 0;

        public override object? GetArgument(int index) => null;

        public override void SetArgument(int index, object? value) => throw new NotSupportedException();

        public override ValueTask<object?> InvokeAsync(object grain) => throw new NotSupportedException();

        public override void Complete(Response response) => throw new NotSupportedException();
    }
}
