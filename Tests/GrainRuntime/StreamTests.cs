using System.Collections.Concurrent;
using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Streams;

namespace AgentManagement.Tests.GrainRuntime;

/// <summary>How items come from a producer to a consumer.</summary>
public sealed class StreamTests : StreamHost
{
    private readonly ConcurrentQueue<(string Interface, bool FromClient)> _deliveries = [];

    [Fact]
    public async Task Items_arrive_in_the_order_in_which_they_were_published()
    {
        await Listener.Subscribe(Key);
        var texts = Enumerable.Range(0, 100).Select(number => $"{number}").ToArray();
        await Publish(texts);
        Assert.Equal(texts, await Inbox.Next(Key, 100));
    }

    [Fact]
    public async Task The_producer_does_not_wait_for_its_consumers()
    {
        var reading = Checkpoint.Create();
        await Listener.Subscribe(Key);
        await Publish($"hold {reading.Name}");
        await reading.Reached("the consumer");
        await Await.For(Publish("one", "two"), "the producer");
        reading.Open();
        Assert.Equal(["one", "two"], (await Inbox.Next(Key, 3))[1..]);
    }

    [Fact]
    public async Task A_delivery_is_a_turn_of_its_consumer()
    {
        var reading = Checkpoint.Create();
        await Listener.Subscribe(Key);
        await Publish($"hold {reading.Name}");
        await reading.Reached("the delivery");
        var request = Listener.Read("a request");
        await Listener.Ping();
        Assert.Equal($"hold {reading.Name}", await Inbox.Next(Key));
        Assert.True(Inbox.IsEmpty(Key), "A request ran within the delivery.");
        reading.Open();
        await Await.For(request, "the request, after the delivery");
    }

    [Fact]
    public async Task A_consumers_failure_stays_away_from_the_producer_and_the_item_comes_again()
    {
        await Listener.Subscribe(Key);
        await Publish("fail once", "next");
        Assert.Equal(["fail once", "fail once", "next"], await Inbox.Next(Key, 3));
    }

    [Fact]
    public async Task Each_consumer_has_a_copy_of_its_own()
    {
        await Listener.Subscribe(Key);
        await Other.Subscribe(Key);
        var note = new Note { Text = "count" };
        await Stream().OnNextAsync(note);
        note.Text = "changed";
        Assert.Equal("reader 1", await Inbox.Next(Key));
        Assert.Equal("reader 1", await Inbox.Next(OtherKey));
        Assert.Empty(note.Readers);
    }

    [Fact]
    public async Task A_type_that_could_not_be_serialized_is_refused() => await Assert.ThrowsAsync<CodecNotFoundException>(
        () => ((IClusterClient)Host.Services.GetService(typeof(IClusterClient))!)
            .GetStreamProvider(Reader.Provider).GetStream<Foreign>(StreamId.Create("listened", Key)).OnNextAsync(new()));

    [Fact]
    public async Task The_producers_request_context_reaches_the_consumer()
    {
        await Listener.Subscribe(Key);
        RequestContext.Set("tenant", "blue");
        await Publish("context");
        RequestContext.Set("tenant", "red");
        await Publish("context");
        Assert.Equal(["context blue", "context red"], await Inbox.Next(Key, 2));
    }

    [Fact]
    public async Task A_delivery_passes_the_call_filters_and_comes_from_no_client()
    {
        await Listener.Subscribe(Key);
        _deliveries.Clear();
        await Publish("text");
        await Inbox.Next(Key);
        Assert.Contains(("Orleans.Streams.IStreamConsumerExtension", false), _deliveries);
        Assert.DoesNotContain(_deliveries, delivery => delivery.FromClient);
    }

    [Fact]
    public async Task Streams_of_other_namespaces_and_keys_are_other_streams()
    {
        await Listener.Subscribe(Key);
        await Stream("unheard").OnNextAsync(new() { Text = "other namespace" });
        await Stream(key: OtherKey).OnNextAsync(new() { Text = "other key" });
        await Publish("text");
        Assert.Equal("text", await Inbox.Next(Key));
        Assert.True(Inbox.IsEmpty(Key), "Another stream's item arrived.");
    }

    [Fact]
    public void A_provider_that_the_silo_lacks_is_an_error() => Assert.Throws<KeyNotFoundException>(
        () => ((IClusterClient)Host.Services.GetService(typeof(IClusterClient))!).GetStreamProvider("another"));

    protected override void Configure(ISiloBuilder silo)
    {
        base.Configure(silo);
        silo.AddIncomingGrainCallFilter(context =>
        {
            if (context.TargetId.Key.ToString() == Key && context.InterfaceMethod?.DeclaringType?.Namespace == "Orleans.Streams")
            {
                _deliveries.Enqueue((context.InterfaceName, context.SourceId!.Value.IsClient()));
            }

            return context.Invoke();
        });
    }
}
