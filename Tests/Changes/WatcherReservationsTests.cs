using AgentManagement.Changes;
using AgentManagement.Grains.Changes;

namespace AgentManagement.Tests.Changes;

public sealed class WatcherReservationsTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly WatcherReservations _reservations;

    public WatcherReservationsTests() => _reservations = new(_time);

    [Fact]
    public void All_gateways_together_have_as_many_as_allowed()
    {
        Assert.True(_reservations.TryReserve("one", "a", 2));
        Assert.True(_reservations.TryReserve("other", "b", 2));
        Assert.False(_reservations.TryReserve("one", "c", 2));
        Assert.False(_reservations.TryReserve("third", "c", 2));
        Assert.True(_reservations.TryReserve("one", "a", 2));
        _reservations.Release("other", "b");
        Assert.True(_reservations.TryReserve("third", "c", 2));
        Assert.False(_reservations.TryReserve("other", "b", 2));
    }

    [Fact]
    public void Those_of_a_gateway_that_goes_on_hold()
    {
        Assert.True(_reservations.TryReserve("one", "a", 1));
        for (var batch = 0; batch < 10; batch++)
        {
            _time.Advance(IFeedGrain.HeartbeatInterval);
            Assert.True(_reservations.TryRenew("one"));
            Assert.False(_reservations.TryReserve("other", "b", 1));
        }
    }

    [Fact]
    public void Those_of_a_gateway_that_is_gone_are_given_to_others_and_it_is_told()
    {
        Assert.True(_reservations.TryReserve("one", "a", 1));
        _time.Advance(WatcherReservations.Lifetime);
        Assert.False(_reservations.TryReserve("other", "b", 1));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_reservations.TryReserve("other", "b", 1));
        Assert.False(_reservations.TryRenew("one"));
    }

    [Fact]
    public void What_a_gateway_reports_is_what_it_has()
    {
        Assert.True(_reservations.TryReserve("one", "never left", 2));
        _time.Advance(WatcherReservations.Lifetime);
        _reservations.Report("one", ["a"]);
        Assert.True(_reservations.TryReserve("one", "b", 2));
        // Reserved while the report was on its way.
        _reservations.Report("one", ["a"]);
        Assert.False(_reservations.TryReserve("other", "c", 2));
        _time.Advance(WatcherReservations.Lifetime);
        _reservations.Report("one", ["a"]);
        Assert.True(_reservations.TryReserve("other", "c", 2));
    }
}
