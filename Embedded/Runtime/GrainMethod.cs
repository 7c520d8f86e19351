using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>What a call of one interface method needs to know, worked out once.</summary>
internal sealed class GrainMethod
{
    private static readonly ConcurrentDictionary<MethodInfo, GrainMethod> known = new();
    private readonly bool[] copied;
    private readonly bool resultCopied;

    private GrainMethod(MethodInfo method)
    {
        Method = method;
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        IsAlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        ResponseTimeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;

        var parameters = method.GetParameters();
        CancellationIndex = Array.FindIndex(parameters, parameter => parameter.ParameterType == typeof(CancellationToken));
        copied = Array.ConvertAll(parameters, parameter => NeedsCopy(parameter, parameter.ParameterType));

        var adapter = ResultAdapter.For(method);
        resultCopied = NeedsCopy(method.ReturnParameter, adapter.ResultType);
        NewCompletion = adapter.NewCompletion;
        Invoke = Compile(method, parameters, adapter.Wrap);
    }

    public MethodInfo Method { get; }

    public Type InterfaceType => Method.DeclaringType!;

    public string Description => $"{InterfaceType.Name}.{Method.Name}";

    public bool IsReadOnly { get; }

    public bool IsAlwaysInterleave { get; }

    public TimeSpan? ResponseTimeout { get; }

    /// <summary>Which argument is the CancellationToken, or -1.</summary>
    public int CancellationIndex { get; }

    public Func<Completion> NewCompletion { get; }

    /// <summary>Calls the grain's method; the result is boxed, null for methods without one.</summary>
    public Func<object, object?[], ValueTask<object?>> Invoke { get; }

    public static GrainMethod For(MethodInfo method) => known.GetOrAdd(method, static method => new(method));

    /// <summary>Replaces the caller's arguments by the callee's own.</summary>
    /// <exception cref="Serialization.CodecNotFoundException">An argument's type may not cross a call.</exception>
    public void CopyArguments(object?[] arguments)
    {
        CopyContext? context = null;
        for (var index = 0; index < arguments.Length; index++)
        {
            if (copied[index])
            {
                arguments[index] = (context ??= new()).Copy(arguments[index]);
            }
        }
    }

    public object? CopyResult(object? result) => resultCopied ? new CopyContext().Copy(result) : result;

    private static bool NeedsCopy(ParameterInfo parameter, Type type) =>
        !parameter.IsDefined(typeof(ImmutableAttribute)) && !TypeCopier.IsImmutable(type);

    private static Func<object, object?[], ValueTask<object?>> Compile(MethodInfo method, ParameterInfo[] parameters, MethodInfo wrap)
    {
        var grain = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object[]));
        var call = Expression.Call(
            Expression.Convert(grain, method.DeclaringType!),
            method,
            parameters.Select((parameter, index) =>
                Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(index)), parameter.ParameterType)));
        return Expression.Lambda<Func<object, object?[], ValueTask<object?>>>(Expression.Call(wrap, call), grain, arguments).Compile();
    }
}
