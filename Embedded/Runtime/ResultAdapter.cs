using System.Reflection;

namespace Orleans.Runtime;

/// <summary>How one of the four return types that grain methods may have is called and answered.</summary>
/// <param name="ResultType">What is awaited; void for nothing.</param>
/// <param name="Wrap">A static method from the return type to <c>ValueTask&lt;object?&gt;</c>.</param>
/// <param name="NewCompletion">Makes the caller's side.</param>
internal sealed record ResultAdapter(Type ResultType, MethodInfo Wrap, Func<Completion> NewCompletion)
{
    /// <exception cref="NotSupportedException">The method returns something else.</exception>
    public static ResultAdapter For(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(Task))
        {
            return new(typeof(void), Find(nameof(WrapTask)), () => new Completion<object>(task => task));
        }

        if (type == typeof(ValueTask))
        {
            return new(typeof(void), Find(nameof(WrapValueTask)), () => new Completion<object>(task => new ValueTask(task)));
        }

        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (definition != typeof(Task<>) && definition != typeof(ValueTask<>))
        {
            throw new NotSupportedException(
                $"{method.DeclaringType}.{method.Name} returns {type}; grain methods return Task or ValueTask, with or without a result.");
        }

        var (wrap, complete) = definition == typeof(Task<>)
            ? (nameof(WrapTaskOf), nameof(CompleteTaskOf)) : (nameof(WrapValueTaskOf), nameof(CompleteValueTaskOf));
        var result = type.GetGenericArguments()[0];
        return new(result, Find(wrap).MakeGenericMethod(result), Find(complete).MakeGenericMethod(result).CreateDelegate<Func<Completion>>());
    }

    private static MethodInfo Find(string name) => typeof(ResultAdapter).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    private static async ValueTask<object?> WrapTask(Task task)
    {
        await task;
        return null;
    }

    private static async ValueTask<object?> WrapValueTask(ValueTask task)
    {
        await task;
        return null;
    }

    private static async ValueTask<object?> WrapTaskOf<T>(Task<T> task) => await task;

    private static async ValueTask<object?> WrapValueTaskOf<T>(ValueTask<T> task) => await task;

    private static Completion<T> CompleteTaskOf<T>() => new(static task => task);

    private static Completion<T> CompleteValueTaskOf<T>() => new(static task => new ValueTask<T>(task!));
}
