using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>Something that an activation is to do as a turn: a call, or a tick of a timer.</summary>
internal abstract class Request : IInvokable, ITurn
{
    /// <summary>Set when an activation takes the request.</summary>
    public Activation Activation { get; set; } = null!;

    public GrainId Source { get; init; }

    /// <summary>The caller's RequestContext.</summary>
    public Dictionary<string, object>? Context { get; init; }

    /// <summary>How many activations ended while this waited in their queues.</summary>
    public int ForwardCount { get; set; }

    public virtual bool IsReadOnly => false;

    public abstract bool IsAlwaysInterleave { get; }

    /// <summary>Whether serving it shows that the grain is in use.</summary>
    public virtual bool KeepsAlive => true;

    /// <summary>Nobody waits for it any more: it is not started.</summary>
    public abstract bool IsCompleted { get; }

    /// <summary>What the filters see as the implementing class.</summary>
    public abstract Type ImplementationType { get; }

    public abstract MethodInfo GetMethod();

    public abstract Type GetInterfaceType();

    public abstract int GetArgumentCount();

    public abstract object? GetArgument(int index);

    public abstract void SetArgument(int index, object? value);

    public virtual string GetMethodName() => GetMethod().Name;

    public virtual string GetInterfaceName() => GetInterfaceType().FullName!;

    /// <summary>Runs the grain's code and returns a result that is safe to hand out.</summary>
    public abstract ValueTask<object?> InvokeAsync(object grain);

    /// <summary>Answers the caller; only the first answer counts.</summary>
    public abstract void Complete(Response response);

    public Task RunAsync() => Activation.RunAsync(this);
}
