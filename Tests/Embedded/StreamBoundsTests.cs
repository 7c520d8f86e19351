using AgentManagement.Tests.GrainRuntime;
using AgentManagement.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AgentManagement.Tests.Embedded;

/// <summary>What a stream does for a consumer that cannot take its items, and what it does not.</summary>
public sealed class StreamBoundsTests : StreamHost
{
    private readonly ManualTimeProvider clock = new();

    protected override TimeProvider Clock => clock;

    [Fact]
    public async Task An_item_that_fails_for_a_minute_is_lost_and_its_consumer_hears_of_it()
    {
        await Listener.Subscribe(Key);
        await Publish("fail", "next");
        var reading = Inbox.Until(Key, "next");
        var catalog = Host.Services.GetRequiredService<Orleans.Runtime.GrainRuntime>().Catalog;
        while (!reading.IsCompleted)
        {
            if (catalog.IsIdle) clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var words = await reading;
        Assert.Equal(["error", "next"], words[^2..]);
        Assert.Equal(7, words.Count(word => word == "fail")); // After 0, 1, 3, 7, 15, 31 and 61 seconds.
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
        clock.Advance(TimeSpan.FromSeconds(31));
        var next = Inbox.Until(Key, "next");
        checkpoint.Open();
        while (!next.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(2, (await next).Length);
    }
}
