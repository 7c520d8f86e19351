using AgentManagement.WebGateway.Limits;

namespace AgentManagement.Tests.Limits;

public sealed class SlidingWindowTests
{
    [Theory]
    [InlineData(60, 0, 59, 0, true, 1)]
    [InlineData(60, 0, 60, 0, false, 0)]
    [InlineData(60, 60, 0, 0, false, 0)]
    [InlineData(60, 60, 0, 1, true, 1)]
    [InlineData(60, 60, 30, 30, false, 0)]
    [InlineData(60, 60, 29, 30, true, 1)]
    [InlineData(1, 0, 0, 0, true, 1)]
    [InlineData(1, 0, 1, 59, false, 0)]
    [InlineData(60, 0, 80, 10, false, 0)]
    public void There_is_room_up_to_the_limit(int limit, int before, int now, int seconds, bool hasRoom, int remaining)
    {
        var window = new SlidingWindow(limit, before, now, TimeSpan.FromSeconds(seconds));
        Assert.Equal((hasRoom, remaining), (window.HasRoom, window.Remaining));
    }

    [Fact]
    public void Who_waits_as_long_as_is_said_finds_room_and_who_comes_before_does_not()
    {
        var random = new Random(1);
        var moment = TimeSpan.FromMilliseconds(2);
        for (var number = 0; number < 10_000; number++)
        {
            var limit = random.Next(1, 100);
            var window = new SlidingWindow(
                limit, random.Next(0, limit + 1), random.Next(0, limit + 20), SlidingWindow.Length * random.NextDouble());
            if (window.HasRoom)
            {
                Assert.Equal(TimeSpan.Zero, window.UntilRoom);
                continue;
            }
            Assert.InRange(window.UntilRoom, TimeSpan.FromTicks(1), 2 * SlidingWindow.Length);
            Assert.True(After(window, window.UntilRoom + moment).HasRoom, $"{window}");
            if (window.UntilRoom > moment) Assert.False(After(window, window.UntilRoom - moment).HasRoom, $"{window}");
        }
    }

    private static SlidingWindow After(SlidingWindow window, TimeSpan wait)
    {
        var elapsed = window.Elapsed + wait;
        if (elapsed < SlidingWindow.Length) return window with { Elapsed = elapsed };
        if (elapsed < 2 * SlidingWindow.Length) return new(window.Limit, window.Now, 0, elapsed - SlidingWindow.Length);
        return new(window.Limit, 0, 0, elapsed - 2 * SlidingWindow.Length);
    }
}
