using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans
{
    /// <summary>A filter as a delegate.</summary>
    public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);

    /// <summary>
    /// Runs around every call that a grain receives, timer ticks included (their interface is IGrainTimerInvoker).
    /// It calls <see cref="IIncomingGrainCallContext.Invoke"/>, or sets a result, or throws.
    /// </summary>
    public interface IIncomingGrainCallFilter
    {
        Task Invoke(IIncomingGrainCallContext context);
    }

    /// <summary>One call, as filters see it.</summary>
    public interface IIncomingGrainCallContext
    {
        /// <summary>The method's arguments: the callee's own copies.</summary>
        IInvokable Request { get; }

        /// <summary>Who calls: a grain's id, or an id for which <c>IsClient()</c> holds. A timer tick comes from its own grain.</summary>
        GrainId? SourceId { get; }

        GrainId TargetId { get; }

        string InterfaceName { get; }

        string MethodName { get; }

        MethodInfo InterfaceMethod { get; }

        /// <summary>What the caller will get; setting it without <see cref="Invoke"/> answers for the grain.</summary>
        object? Result { get; set; }

        /// <summary>Goes on to the next filter and finally to the grain; throws what the grain throws.</summary>
        Task Invoke();
    }
}

namespace Orleans.Serialization.Invocation
{
    /// <summary>The arguments of a call.</summary>
    public interface IInvokable
    {
        int GetArgumentCount();

        object? GetArgument(int index);

        void SetArgument(int index, object? value);
    }
}
