using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace Orleans
{
    /// <summary>Finds stream providers.</summary>
    public static class StreamProviderExtensions
    {
        /// <exception cref="KeyNotFoundException">The silo has no provider of that name.</exception>
        public static IStreamProvider GetStreamProvider(this IGrainBase grain, string name) => Find(grain.GrainContext.ActivationServices, name);

        /// <inheritdoc cref="GetStreamProvider(IGrainBase, string)"/>
        public static IStreamProvider GetStreamProvider(this IClusterClient client, string name) => Find(client.ServiceProvider, name);

        private static IStreamProvider Find(IServiceProvider services, string name) => services.GetKeyedService<IStreamProvider>(name)
            ?? throw new KeyNotFoundException($"Stream provider '{name}' not found");
    }
}

namespace Orleans.Streams
{
    /// <summary>Observers as delegates.</summary>
    public static class StreamObserverExtensions
    {
        /// <inheritdoc cref="IAsyncStream{T}.SubscribeAsync"/>
        public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(
            this IAsyncStream<T> stream, Func<T, StreamSequenceToken?, Task> onNextAsync, Func<Exception, Task>? onErrorAsync = null) =>
            stream.SubscribeAsync(new DelegateObserver<T>(onNextAsync, onErrorAsync));

        /// <inheritdoc cref="StreamSubscriptionHandle{T}.ResumeAsync"/>
        public static Task<StreamSubscriptionHandle<T>> ResumeAsync<T>(
            this StreamSubscriptionHandle<T> handle, Func<T, StreamSequenceToken?, Task> onNextAsync, Func<Exception, Task>? onErrorAsync = null) =>
            handle.ResumeAsync(new DelegateObserver<T>(onNextAsync, onErrorAsync));

        private sealed class DelegateObserver<T>(Func<T, StreamSequenceToken?, Task> onNextAsync, Func<Exception, Task>? onErrorAsync) : IAsyncObserver<T>
        {
            public Task OnNextAsync(T item, StreamSequenceToken? token) => onNextAsync(item, token);

            public Task OnErrorAsync(Exception ex) => onErrorAsync?.Invoke(ex) ?? Task.CompletedTask;
        }
    }
}
