using AgentManagement.Audit;
using AgentManagement.ServiceDefaults.Audit;

namespace AgentManagement.Tests.Audit;

/// <summary>What is kept of refusals, and how much of a flood.</summary>
public sealed class DeniedAttemptLogTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly DeniedAttemptLog _log;

    public DeniedAttemptLogTests() => _log = new DeniedAttemptLog(_time);

    [Fact]
    public void Of_a_flood_so_many_of_each_minute_are_kept_and_the_rest_is_counted()
    {
        Note("acme", DeniedAttemptLog.MaxOfAMinute + 1_000);
        Note("other", 1);
        Note(null, DeniedAttemptLog.MaxOfAMinute + 5);
        Assert.Equal((2 * DeniedAttemptLog.MaxOfAMinute) + 1, _log.Take(1_000).Length);
        Assert.Empty(_log.Take(1_000));

        _time.Advance(TimeSpan.FromMinutes(1));
        var left = _log.Take(1_000);
        Assert.Equal([(null, "omitted", 5L), ("acme", "omitted", 1_000L)], left.Select(each => (each.TenantId, each.Code, each.Count))
            .Order());
        Assert.Empty(_log.Take(1_000));
    }

    [Fact]
    public void The_next_minute_has_room_again_and_the_one_before_its_count()
    {
        Note("acme", DeniedAttemptLog.MaxOfAMinute + 3);
        _time.Advance(TimeSpan.FromMinutes(1));
        Note("acme", 2);
        var taken = _log.Take(1_000);
        Assert.Equal(DeniedAttemptLog.MaxOfAMinute + 2, taken.Count(each => each.Code == "permission_denied"));
        Assert.Equal(3, taken.Single(each => each.Code == DeniedAttempt.Omitted).Count);
    }

    [Fact]
    public void What_could_not_be_kept_comes_again_and_what_there_is_no_room_for_is_counted()
    {
        for (var tenant = 0; tenant < DeniedAttemptLog.MaxWaiting; tenant++) Note($"tenant-{tenant}", 1);
        var taken = _log.Take(500);
        Note("late", 500);
        Note("last", 7);
        _log.PutBack(taken);

        var all = new List<DeniedAttempt>();
        _time.Advance(TimeSpan.FromMinutes(1));
        while (_log.Take(500) is { IsEmpty: false } some) all.AddRange(some);
        Assert.Equal(DeniedAttemptLog.MaxWaiting + 507, all.Sum(each => each.Count));
        Assert.InRange(all.Count(each => each.Code != DeniedAttempt.Omitted), 1, DeniedAttemptLog.MaxWaiting);
    }

    private void Note(string? tenantId, int count)
    {
        for (var number = 0; number < count; number++) _log.Note(_log.Make("permission_denied") with { TenantId = tenantId });
    }
}
