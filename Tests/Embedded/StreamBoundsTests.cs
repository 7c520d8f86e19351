using AgentManagement.Tests.GrainRuntime;
using AgentManagement.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AgentManagement.Tests.Embedded;

/// <summary>What a stream does for a consumer that cannot take its items, and what it does not.</summary>
public sealed class StreamBoundsTests : StreamHost
{
    private readonly ManualTimeProvider _clock = new();

    protected override TimeProvider Clock => _clock;

    [Fact]
    public async Task An_item_that_fails_for_a_minute_is_lost_and_its_consumer_hears_of_it()
    {
        await Listener.Subscribe(Key);
        await Publish("fail", "next");
        foreach (var pause in new[] { 1, 2, 4, 8, 16, 30 })
        {
            Assert.Equal("fail", await Inbox.Next(Key));
            await Pause(TimeSpan.FromSeconds(pause));
        }

        Assert.Equal(["fail", "error", "next"], await Inbox.Next(Key, 3));
    }

    [Fact]
    public async Task A_consumer_that_is_too_far_behind_loses_its_oldest_items_and_hears_of_it()
    {
        const int Capacity = 16_384;
        var checkpoint = Checkpoint.Create();
        await Listener.Subscribe(Key);
        await Publish($"hold {checkpoint.Name}");
        await checkpoint.Reached("the consumer");
        await Publish([.. Enumerable.Range(0, Capacity + 5).Select(number => $"{number}")]);
        checkpoint.Open();
        var words = await Inbox.Next(Key, Capacity + 2);
        Assert.Equal(["error", "5", "6"], words[1..4]);
        Assert.Equal($"{Capacity + 4}", words[^1]);
    }

    [Fact]
    public async Task A_delivery_that_only_took_too_long_does_not_come_again()
    {
        var checkpoint = Checkpoint.Create();
        await Listener.Subscribe(Key);
        await Publish($"hold {checkpoint.Name}", "next");
        await checkpoint.Reached("the consumer");
        _clock.Advance(TimeSpan.FromSeconds(30));
        await Pause(TimeSpan.FromSeconds(1), isIdle: false);
        checkpoint.Open();
        Assert.Equal(2, (await Inbox.Until(Key, "next")).Length);
    }

    // Lets the pause before the next attempt pass, once it has begun.
    private async Task Pause(TimeSpan pause, bool isIdle = true)
    {
        var catalog = Host.Services.GetRequiredService<Orleans.Runtime.GrainRuntime>().Catalog;
        await Await.Until(() => (catalog.IsIdle || !isIdle) && _clock.HasTimerIn(pause), $"the pause of {pause}");
        _clock.Advance(pause);
    }
}
