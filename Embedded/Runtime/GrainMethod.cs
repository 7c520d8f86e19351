using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;
using Orleans.Streams;

namespace Orleans.Runtime;

/// <summary>What a call of one interface method needs to know, worked out once.</summary>
internal sealed class GrainMethod
{
    private static readonly ConcurrentDictionary<MethodInfo, GrainMethod> Known = new();
    private readonly bool[] _copied;
    private readonly bool _resultCopied;
    private readonly ReturnType _returnType;

    private GrainMethod(MethodInfo method)
    {
        Method = method;
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        IsAlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        IsOneWay = method.IsDefined(typeof(OneWayAttribute));
        IsDelivery = method.DeclaringType == typeof(IStreamConsumerExtension);
        var parameters = method.GetParameters();
        CancellationIndex = Array.FindIndex(parameters, parameter => parameter.ParameterType == typeof(CancellationToken));
        _copied = Array.ConvertAll(parameters, parameter => NeedsCopy(parameter, parameter.ParameterType));
        _returnType = ReturnType.Of(method);
        _resultCopied = _returnType.Result != typeof(void) && NeedsCopy(method.ReturnParameter, _returnType.Result);
    }

    public MethodInfo Method { get; }

    public bool IsReadOnly { get; }

    public bool IsAlwaysInterleave { get; }

    public bool IsOneWay { get; }

    /// <summary>It goes to the observers of a grain's streams instead of the grain.</summary>
    public bool IsDelivery { get; }

    /// <summary>Which argument is the CancellationToken, or -1.</summary>
    public int CancellationIndex { get; }

    /// <exception cref="Serialization.CodecNotFoundException">A type of the method may not cross a call.</exception>
    public static GrainMethod For(MethodInfo method) => Known.GetOrAdd(method, static method => new(method));

    /// <summary>Replaces the caller's arguments by the callee's own.</summary>
    /// <exception cref="Serialization.CodecNotFoundException">An argument's type may not cross a call.</exception>
    public void CopyArguments(object?[] arguments)
    {
        CopyContext? context = null;
        for (var index = 0; index < arguments.Length; index++)
        {
            if (_copied[index]) arguments[index] = (context ??= new()).Copy(arguments[index]);
        }
    }

    /// <summary>Runs the grain's code and returns a result that is the caller's own.</summary>
    public async Task<object?> InvokeAsync(object target, object?[] arguments)
    {
        var result = await _returnType.AwaitAsync(Method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null)!);
        return _resultCopied ? new CopyContext().Copy(result) : result;
    }

    /// <returns>What the interface's method returns.</returns>
    public object Give(Task<object?> answer) => _returnType.Give(answer);

    private static bool NeedsCopy(ParameterInfo parameter, Type type) =>
        !parameter.IsDefined(typeof(ImmutableAttribute)) && !TypeCopier.IsImmutable(type);
}
