using System.Reflection;

namespace Orleans.Serialization.Invocation;

/// <summary>A call: a method and its arguments.</summary>
public interface IInvokable
{
    int GetArgumentCount();

    object? GetArgument(int index);

    void SetArgument(int index, object? value);

    string GetMethodName();

    /// <summary>The full name of the grain interface.</summary>
    string GetInterfaceName();

    MethodInfo GetMethod();

    Type GetInterfaceType();

    /// <summary>What [ResponseTimeout] says, if the method has one.</summary>
    TimeSpan? GetDefaultResponseTimeout() => null;

    CancellationToken GetCancellationToken() => default;
}

/// <summary>The outcome of a call: a result or an exception.</summary>
public abstract class Response
{
    public static Response Completed => new Value();

    public abstract object? Result { get; set; }

    public abstract Exception? Exception { get; set; }

    public static Response FromResult<TResult>(TResult value) => new Value { Result = value };

    public static Response FromException(Exception exception) => new Value { Exception = exception };

    private sealed class Value : Response
    {
        public override object? Result { get; set; }

        public override Exception? Exception { get; set; }
    }
}
