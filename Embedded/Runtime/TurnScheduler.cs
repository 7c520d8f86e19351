using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>A piece of work that starts on an activation's scheduler. It reports its own errors.</summary>
internal interface ITurn
{
    Task RunAsync();
}

/// <summary>
/// Runs the turns of one activation, and every continuation of theirs, one after the other: grain code needs no locks.
/// </summary>
internal sealed class TurnScheduler(IGrainContext context) : TaskScheduler, IThreadPoolWorkItem
{
    // After so many pieces of work others on the thread pool get their chance.
    private const int Batch = 64;
    private readonly ConcurrentQueue<object> work = new();
    private int pending;

    public override int MaximumConcurrencyLevel => 1;

    public void Queue(ITurn turn) => Enqueue(turn);

    void IThreadPoolWorkItem.Execute()
    {
        RuntimeContext.Current = context;
        var more = true;
        for (var count = 0; more && count < Batch; count++)
        {
            work.TryDequeue(out var item);
            if (item is Task task)
            {
                TryExecuteTask(task);
            }
            else
            {
                // Created here and not by the caller, so that none of the caller's ambient values flow into the turn.
                new Task(static turn => _ = ((ITurn)turn!).RunAsync(), item).RunSynchronously(this);
            }

            more = Interlocked.Decrement(ref pending) > 0;
        }

        RuntimeContext.Current = null;
        if (more)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    protected override void QueueTask(Task task) => Enqueue(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        ReferenceEquals(RuntimeContext.Current, context) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => work.OfType<Task>();

    private void Enqueue(object item)
    {
        work.Enqueue(item);
        if (Interlocked.Increment(ref pending) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
