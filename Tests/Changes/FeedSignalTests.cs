using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Grains.Changes;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streams;

namespace AgentManagement.Tests.Changes;

/// <summary>A change is signalled over two ways, and neither depends on the other.</summary>
public sealed class FeedSignalTests
{
    [Theory, InlineData(false, false), InlineData(true, false), InlineData(false, true), InlineData(true, true)]
    public async Task Each_way_is_tried_whatever_becomes_of_the_other(bool callFails, bool streamFails)
    {
        var tried = new List<string>();
        object? Try(string way, bool fails)
        {
            tried.Add(way);
            return fails ? throw new IOException("Not now.") : null;
        }
        var grains = Fake.Of<IGrainFactory>(_ => Fake.Of<IFeedGrain>(_ => Try("call", callFails) ?? Task.CompletedTask));
        var streams = Fake.Of<IStreamProvider>(_ => Try("stream", streamFails));

        await new FeedSignal(grains, streams, "acme", NullLogger.Instance).SendAsync(Change);

        Assert.Equal(["call", "stream"], tried);
    }

    [Fact]
    public async Task Both_carry_the_change_itself()
    {
        var sent = new List<object?>();
        var feed = Proxy.Of<IFeedGrain>((_, arguments) =>
        {
            sent.Add(arguments[0]);
            return Task.CompletedTask;
        });
        var stream = Proxy.Of<IAsyncStream<ChangeEvent>>((_, arguments) =>
        {
            sent.Add(arguments[0]);
            return Task.CompletedTask;
        });
        var (grains, streams) = (Proxy.Of<IGrainFactory>((_, _) => feed), Proxy.Of<IStreamProvider>((_, _) => stream));
        await new FeedSignal(grains, streams, "acme", NullLogger.Instance).SendAsync(Change);
        Assert.Equal([Change, Change], sent);
    }

    private static ChangeEvent Change => new()
    {
        Revision = 7, EventId = "event", Kind = ChangeKind.Updated, AgentId = "bot", AgentName = "Bot", Version = 2, Status = "draft",
        At = DateTimeOffset.UnixEpoch, CorrelationId = "test",
    };
}
