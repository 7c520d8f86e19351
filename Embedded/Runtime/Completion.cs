using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>The answer to a call, still to come.</summary>
internal abstract class Completion
{
    public abstract bool IsCompleted { get; }

    public abstract object Awaitable { get; }

    /// <returns>Whether this was the first answer.</returns>
    public abstract bool TryComplete(Response response);
}

/// <summary>How an answer becomes the Task or ValueTask that the interface's method returns.</summary>
internal sealed class Completion<T>(Func<Task<T?>, object> toAwaitable) : Completion
{
    // Never on the callee's thread: the caller's code must not run within the callee's turn.
    private readonly TaskCompletionSource<T?> source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool IsCompleted => source.Task.IsCompleted;

    public override object Awaitable => toAwaitable(source.Task);

    public override bool TryComplete(Response response)
    {
        if (response.Exception is { } exception)
        {
            return source.TrySetException(exception);
        }

        return response.Result switch
        {
            T result => source.TrySetResult(result),
            null => source.TrySetResult(default),
            var other => source.TrySetException(new InvalidCastException(
                $"A filter answered with {other.GetType()} where the method returns {typeof(T)}.")),
        };
    }
}
