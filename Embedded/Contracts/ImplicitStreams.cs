using Orleans.Runtime;

namespace Orleans
{
    /// <summary>The class consumes every stream of the namespace: a stream's items go to the grain that has the stream's key.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
    public sealed class ImplicitStreamSubscriptionAttribute(string streamNamespace) : Attribute
    {
        public string StreamNamespace { get; } = streamNamespace;
    }
}

namespace Orleans.Streams.Core
{
    /// <summary>A grain that is told when an item arrives for a subscription that it has no observer for.</summary>
    public interface IStreamSubscriptionObserver
    {
        /// <summary>Attaches an observer, with ResumeAsync of the handle; otherwise the item is dropped.</summary>
        Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory);
    }

    /// <summary>The subscription that an item arrived for.</summary>
    public interface IStreamSubscriptionHandleFactory
    {
        StreamId StreamId { get; }

        string ProviderName { get; }

        StreamSubscriptionHandle<T> Create<T>();
    }
}
