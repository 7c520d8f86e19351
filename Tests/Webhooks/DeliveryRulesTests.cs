using AgentManagement.Domain.Webhooks;
using AgentManagement.Webhooks;

namespace AgentManagement.Tests.Webhooks;

/// <summary>When what was not accepted is sent again, and when it is given up.</summary>
public sealed class DeliveryRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Attempts_come_after_5_seconds_1_5_and_30_minutes_2_5_and_10_hours_and_then_every_10_hours()
    {
        var (cursor, delays) = (new WebhookCursor { Revision = 7 }, new List<TimeSpan>());
        for (var attempt = 0; attempt < 9; attempt++)
        {
            cursor = After(cursor, new(DeliveryOutcome.Refused, 500), Now).Cursor;
            delays.Add(cursor.NextAttemptAt!.Value - Now);
        }
        Assert.Equal([5, 60, 300, 1_800, 7_200, 18_000, 36_000, 36_000, 36_000], delays.Select(delay => delay.TotalSeconds));
        Assert.Equal((7, 9, Now, "http_500"), (cursor.Revision, cursor.Attempts, cursor.FailingSince, cursor.LastFailure));
    }

    [Theory, InlineData(0, 54), InlineData(1, 66)]
    public void They_are_a_tenth_sooner_or_later(double random, double seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        After(new() { Revision = 7, Attempts = 1 }, new(DeliveryOutcome.TimedOut), Now, random).Cursor.NextAttemptAt - Now);

    [Theory]
    [InlineData(120, 120), InlineData(1, 5), InlineData(-5, 5), InlineData(1_000_000, 36_000)]
    public void Who_asks_for_more_time_gets_it_up_to_the_longest(int asked, double seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        After(new() { Revision = 7 }, new(DeliveryOutcome.Refused, 429, TimeSpan.FromSeconds(asked)), Now).Cursor.NextAttemptAt - Now);

    [Fact]
    public void What_is_accepted_ends_what_failed()
    {
        var failed = After(new() { Revision = 7, Version = 3 }, new(DeliveryOutcome.Unreachable), Now).Cursor;
        var accepted = After(failed, new(DeliveryOutcome.Accepted, 200), Now.AddMinutes(1)).Cursor;
        Assert.Equal(new WebhookCursor { Revision = 8, LastAcceptedAt = Now.AddMinutes(1), Version = 3 }, accepted);
    }

    [Fact]
    public void After_a_day_a_ping_decides_whether_an_event_is_given_up()
    {
        var failing = new WebhookCursor { Revision = 7, Attempts = 8, FailingSince = Now };
        Assert.False(After(failing, new(DeliveryOutcome.Refused, 500), Now.AddHours(24).AddTicks(-1)).AsksPing);
        var step = After(failing, new(DeliveryOutcome.Refused, 500), Now.AddHours(24));
        Assert.True(step.AsksPing);
        Assert.Null(step.Disable);
        var next = DeliveryRules.GiveUp(step.Cursor, 8);
        Assert.Equal((8, 0, null, null), (next.Revision, next.Attempts, next.FailingSince, next.NextAttemptAt));
        // The next event has a day of its own.
        Assert.False(After(next, new(DeliveryOutcome.Refused, 500), Now.AddHours(30)).AsksPing);
    }

    [Fact]
    public void After_five_days_or_a_410_nothing_more_is_sent()
    {
        var failing = new WebhookCursor { Revision = 7, Attempts = 20, FailingSince = Now };
        Assert.Null(After(failing, new(DeliveryOutcome.TimedOut), Now.AddDays(5).AddTicks(-1)).Disable);
        Assert.Equal(DisabledReason.NotAccepting, After(failing, new(DeliveryOutcome.TimedOut), Now.AddDays(5)).Disable);
        Assert.Equal(DisabledReason.Gone, After(new() { Revision = 7 }, new(DeliveryOutcome.Gone, 410), Now).Disable);
    }

    [Fact]
    public void A_name_into_a_network_of_the_platforms_is_told_as_one_that_leads_nowhere() => Assert.Equal(
        new DeliveryResult(DeliveryOutcome.Unreachable).Failure, new DeliveryResult(DeliveryOutcome.Blocked).Failure);

    private static DeliveryStep After(WebhookCursor cursor, DeliveryResult result, DateTimeOffset now, double random = 0.5) =>
        DeliveryRules.After(cursor, cursor.Revision + 1, result, DeliveryRules.Delays, now, random);
}
