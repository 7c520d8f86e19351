using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>
/// Runs the turns of one activation, and every continuation of theirs, one after the other: grain code needs no locks.
/// </summary>
internal sealed class TurnScheduler(Activation activation) : TaskScheduler, IThreadPoolWorkItem
{
    // After so many pieces of work others on the thread pool get their chance.
    private const int Batch = 64;
    private readonly ConcurrentQueue<Task> _work = new();
    private int _pending;

    /// <summary>Whose turn the current code is part of; null outside of all turns.</summary>
    public static new Activation? Current => (TaskScheduler.Current as TurnScheduler)?.Activation;

    public override int MaximumConcurrencyLevel => 1;

    private Activation Activation => activation;

    /// <summary>Starts a turn, which reports its own errors. None of the caller's ambient values flow into it.</summary>
    public void Queue(Func<Task> turn)
    {
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.None, this);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var count = 0; count < Batch; count++)
        {
            _work.TryDequeue(out var task);
            TryExecuteTask(task!);
            if (Interlocked.Decrement(ref _pending) == 0) return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        _work.Enqueue(task);
        if (Interlocked.Increment(ref _pending) == 1) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        ReferenceEquals(TaskScheduler.Current, this) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _work;
}
