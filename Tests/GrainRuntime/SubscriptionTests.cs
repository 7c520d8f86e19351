using AgentManagement.Tests.Support;
using Orleans.Streams;

namespace AgentManagement.Tests.GrainRuntime;

/// <summary>Who gets the items of a stream, and for how long.</summary>
public sealed class SubscriptionTests : StreamHost
{
    [Fact]
    public async Task A_subscription_outlives_its_activation_and_activates_the_grain_again()
    {
        await Listener.Subscribe(Key);
        await Publish("before");
        Assert.Equal("before", await Inbox.Next(Key));
        await Listener.Leave();
        Assert.Equal("left", await Inbox.Next(Key));
        await Publish("after");
        Assert.Equal(["resumed", "after"], await Inbox.Next(Key, 2));
    }

    [Fact]
    public async Task Every_subscriber_gets_every_item()
    {
        await Listener.Subscribe(Key);
        await Other.Subscribe(Key);
        await Publish("one", "two");
        Assert.Equal(["one", "two"], await Inbox.Next(Key, 2));
        Assert.Equal(["one", "two"], await Inbox.Next(OtherKey, 2));
    }

    [Fact]
    public async Task Who_has_unsubscribed_gets_nothing_more()
    {
        await Listener.Subscribe(Key);
        await Other.Subscribe(Key);
        await Publish("before");
        await Inbox.Next(Key);
        await Inbox.Next(OtherKey);
        await Listener.Unsubscribe(Key);
        await Publish("after");
        Assert.Equal("after", await Inbox.Next(OtherKey));
        Assert.True(Inbox.IsEmpty(Key), "An item came to one who had unsubscribed.");
    }

    [Fact]
    public async Task A_grain_finds_its_own_subscriptions_and_no_others()
    {
        await Listener.Subscribe(Key);
        await Listener.Subscribe(Key);
        await Other.Subscribe(Key);
        Assert.Equal(2, await Listener.CountSubscriptions(Key));
        Assert.Equal(1, await Other.CountSubscriptions(Key));
        Assert.Equal(0, await Other.CountSubscriptions(OtherKey));
        await Listener.Unsubscribe(Key);
        Assert.Equal(0, await Listener.CountSubscriptions(Key));
    }

    [Fact]
    public async Task A_handle_is_good_for_one_use()
    {
        await Listener.Subscribe(Key);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Listener.UnsubscribeTwice(Key));
    }

    [Fact]
    public async Task A_client_subscribes_and_unsubscribes_as_a_grain_does()
    {
        var reader = new Reader(Key);
        var handle = await Stream().SubscribeAsync(reader);
        await Stream().SubscribeAsync((note, _) => new Reader(OtherKey).OnNextAsync(note));
        await Publish("one", "two");
        Assert.Equal(["one", "two"], await Inbox.Next(Key, 2));
        Assert.Equal(["one", "two"], await Inbox.Next(OtherKey, 2));
        await handle.UnsubscribeAsync();
        await Publish("three");
        Assert.Equal("three", await Inbox.Next(OtherKey));
        Assert.True(Inbox.IsEmpty(Key), "An item came to one who had unsubscribed.");
    }

    [Fact]
    public async Task An_implicit_subscriber_is_activated_by_the_first_item_and_told_of_its_subscription()
    {
        await Stream("followed").OnNextAsync(new() { Text = "one" });
        await Stream("followed").OnNextAsync(new() { Text = "two" });
        Assert.Equal([$"subscribed to followed/{Key} of streams", "one", "two"], await Inbox.Next(Key, 3));
    }

    [Fact]
    public async Task An_implicit_subscriber_may_attach_itself_when_it_is_activated()
    {
        await Stream("attended").OnNextAsync(new() { Text = "one" });
        await Stream("attended").OnNextAsync(new() { Text = "two" });
        Assert.Equal(["one", "two"], await Inbox.Next(Key, 2));
    }
}
