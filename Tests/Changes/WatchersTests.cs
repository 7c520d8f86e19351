using AgentManagement.Changes;
using AgentManagement.Tests.Support;

namespace AgentManagement.Tests.Changes;

public sealed class WatchersTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Those_who_read_on_keep_their_places()
    {
        var watchers = new Watchers(_time);
        Assert.True(watchers.TryEnter("a", 2));
        Assert.True(watchers.TryEnter("b", 2));
        for (var reading = 0; reading < 10; reading++)
        {
            _time.Advance(IFeedGrain.LongestPatience);
            Assert.True(watchers.TryEnter("a", 2));
            Assert.True(watchers.TryEnter("b", 2));
            Assert.False(watchers.TryEnter("c", 2));
        }
    }

    [Fact]
    public void One_that_has_not_read_for_long_makes_room()
    {
        var watchers = new Watchers(_time);
        watchers.TryEnter("a", 1);
        _time.Advance(IFeedGrain.LongestPatience * 2);
        Assert.False(watchers.TryEnter("b", 1));
        _time.Advance(IFeedGrain.LongestPatience * 2);
        Assert.True(watchers.TryEnter("b", 1));
        Assert.False(watchers.TryEnter("a", 1));
    }
}
