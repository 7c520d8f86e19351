namespace AgentManagement.Tests.Support;

/// <summary>
/// Runs asynchronous code in turns on the test's own thread, as a grain's scheduler would, and only when the test says
/// so: the same order every time.
/// </summary>
internal sealed class Turns : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _waiting = [];

    public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue((d, state));

    /// <summary>Starts an operation and runs until all that can run has run.</summary>
    public Task<T> Start<T>(Func<Task<T>> operation)
    {
        var task = Within(operation);
        RunAll();
        return task;
    }

    /// <inheritdoc cref="Start{T}"/>
    public Task Start(Func<Task> operation)
    {
        var task = Within(operation);
        RunAll();
        return task;
    }

    /// <summary>Does something that lets waiting operations go on, and runs until all that can run has run.</summary>
    public void Do(Action action)
    {
        Within(() => { action(); return true; });
        RunAll();
    }

    private void RunAll()
    {
        while (_waiting.TryDequeue(out var next)) Within(() => { next.Callback(next.State); return true; });
    }

    private T Within<T>(Func<T> action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            return action();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}

internal static class TurnsExtensions
{
    /// <summary>What an operation returned that must have ended by now; a test fails here and never hangs.</summary>
    public static T Done<T>(this Task<T> operation)
    {
        Assert.True(operation.IsCompleted, "The operation still waits.");
        return operation.GetAwaiter().GetResult();
    }
}
