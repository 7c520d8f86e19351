using System.Reflection;

namespace Orleans.Runtime;

/// <summary>One of the four return types that grain methods may have.</summary>
/// <param name="Result">What is awaited; void for nothing.</param>
/// <param name="AwaitAsync">Awaits what the grain's method returned.</param>
/// <param name="Give">Makes what the caller awaits of the answer that is to come.</param>
internal sealed record ReturnType(Type Result, Func<object, Task<object?>> AwaitAsync, Func<Task<object?>, object> Give)
{
    /// <exception cref="NotSupportedException">The method returns something else.</exception>
    public static ReturnType Of(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(Task)) return new(typeof(void), static returned => NoResultAsync((Task)returned), static answer => answer);
        if (type == typeof(ValueTask))
        {
            return new(typeof(void), static returned => NoResultAsync(((ValueTask)returned).AsTask()), static answer => new ValueTask(answer));
        }

        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var factory = definition == typeof(Task<>) ? nameof(OfTask) : definition == typeof(ValueTask<>) ? nameof(OfValueTask)
            : throw new NotSupportedException(
                $"{method.DeclaringType}.{method.Name} returns {type}; grain methods return Task or ValueTask, with or without a result.");
        return (ReturnType)typeof(ReturnType).GetMethod(factory, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type.GetGenericArguments()).Invoke(null, null)!;
    }

    private static ReturnType OfTask<T>() =>
        new(typeof(T), static async returned => await (Task<T>)returned, static answer => WithResultAsync<T>(answer));

    private static ReturnType OfValueTask<T>() =>
        new(typeof(T), static async returned => await (ValueTask<T>)returned, static answer => new ValueTask<T>(WithResultAsync<T>(answer)));

    private static async Task<object?> NoResultAsync(Task task)
    {
        await task;
        return null;
    }

    // Runs no grain code, so it needs no turn.
    private static async Task<T> WithResultAsync<T>(Task<object?> answer) =>
        await answer.ConfigureAwait(false) is { } result ? (T)result : default!;
}
