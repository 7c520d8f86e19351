using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Streams;

namespace AgentManagement.Tests.GrainRuntime;

/// <summary>A silo with streams, and names of one test's own.</summary>
public abstract class StreamHost : IAsyncLifetime
{
    /// <summary>Key of the grain that listens, and of the stream.</summary>
    protected string Key { get; } = $"t/{Guid.NewGuid()}";

    protected string OtherKey => Key + "/other";

    protected GrainHost Host { get; private set; } = null!;

    protected IListenerGrain Listener => Host.Grains.GetGrain<IListenerGrain>(Key);

    protected IListenerGrain Other => Host.Grains.GetGrain<IListenerGrain>(OtherKey);

    public virtual async ValueTask InitializeAsync() => Host = await GrainHost.StartAsync(Configure, Clock);

    protected virtual TimeProvider? Clock => null;

    public async ValueTask DisposeAsync()
    {
        RequestContext.Clear();
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual void Configure(ISiloBuilder silo)
    {
        silo.AddMemoryStreams(Reader.Provider);
        silo.AddMemoryGrainStorage("PubSubStore");
    }

    /// <summary>The client's side of a stream.</summary>
    protected IAsyncStream<Note> Stream(string streamNamespace = "listened", string? key = null) =>
        ((IClusterClient)Host.Services.GetService(typeof(IClusterClient))!)
            .GetStreamProvider(Reader.Provider).GetStream<Note>(StreamId.Create(streamNamespace, key ?? Key));

    /// <summary>Publishes from a grain.</summary>
    protected Task Publish(params string[] texts) => Host.Grains.GetGrain<IPublisherGrain>("t/publisher").Publish("listened", Key, texts);
}
