using System.Globalization;
using AgentManagement.Changes;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Maintenance;
using AgentManagement.Tenants;
using AgentManagement.Tests.Tasks;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Operations;

/// <summary>MAINTENANCE_WINDOW: when windows are, and who is told.</summary>
public sealed class MaintenanceScheduleTests
{
    [Theory]
    // Before, at the beginning, within, and at the end: then the next week's.
    [InlineData("2026-01-03T12:00Z", "2026-01-04T02:00Z"), InlineData("2026-01-04T02:00Z", "2026-01-04T02:00Z")]
    [InlineData("2026-01-04T02:29Z", "2026-01-04T02:00Z"), InlineData("2026-01-04T02:30Z", "2026-01-11T02:00Z")]
    // In summer time an hour earlier; on the day on which that hour does not exist, when it is over.
    [InlineData("2026-07-01T12:00Z", "2026-07-05T01:00Z")]
    public void A_window_is_at_the_hour_of_its_time_zone(string now, string from)
    {
        var window = new MaintenanceSchedule("0 3 * * SUN Europe/Madrid 30").At(Time(now))!;
        Assert.Equal((Time(from), Time(from).AddMinutes(30)), (window.From, window.Until));
    }

    [Fact]
    public void An_hour_that_does_not_exist_is_the_next() => Assert.Equal(
        Time("2026-03-29T01:00Z"), new MaintenanceSchedule("30 2 * * SUN Europe/Madrid 30").At(Time("2026-03-28T12:00Z"))!.From);

    [Fact]
    public async Task Health_and_tenant_tell_of_the_next_window()
    {
        var schedule = new MaintenanceSchedule("0 3 * * SUN UTC 30");
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { MaintenanceWindow = schedule });
        using var client = service.CreateClient("acme");
        var expected = schedule.At(DateTimeOffset.UtcNow)!;
        foreach (var path in (string[])["/health", "/api/v1/tenant"])
        {
            var told = (await client.GetAsync(path, 200)).GetProperty("nextMaintenance");
            Assert.Equal((expected.From, expected.Until),
                (told.GetProperty("from").GetDateTimeOffset(), told.GetProperty("until").GetDateTimeOffset()));
        }
    }

    [Fact]
    public async Task Every_tenant_is_told_once_an_hour_before()
    {
        await using var silo = await TaskSilo.StartAsync(
            "sqlite", change: settings => settings with { MaintenanceWindow = new("0 3 * * SUN UTC 30") });
        await silo.Silo.Tenant("acme").ApplyAsync("bot", new CreateAgent(Sample.Content()));
        TestSilo.ActAs("acme");
        await using var watch = silo.Silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant("acme"))
            .WatchAsync(new(), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await watch.MoveNextAsync());
        var job = silo.Silo.Services.GetServices<IHousekeepingJob>().OfType<MaintenanceAnnouncement>().Single();
        var sunday = new MaintenanceSchedule("0 3 * * SUN UTC 30").At(silo.Clock.GetUtcNow().AddHours(2))!;

        silo.Clock.Advance(sunday.From - MaintenanceAnnouncement.Notice - TimeSpan.FromMinutes(1) - silo.Clock.GetUtcNow());
        await job.RunAsync(CancellationToken.None);
        silo.Clock.Advance(TimeSpan.FromMinutes(2));
        await job.RunAsync(CancellationToken.None);
        await job.RunAsync(CancellationToken.None);

        var notices = new List<Notice>();
        await silo.Silo.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant("acme")).AnnounceAsync(Last());
        while (notices is not [.., { EventId: "last" }] && await watch.MoveNextAsync()) notices.AddRange(watch.Current.Notices);
        Assert.Equal([Notice.MaintenanceScheduled, "last"], notices.Select(notice => notice.Event));
        var told = JsonDocument.Parse(notices[0].Data.Text).RootElement;
        Assert.Equal((sunday.From, sunday.Until),
            (told.GetProperty("from").GetDateTimeOffset(), told.GetProperty("until").GetDateTimeOffset()));

        Notice Last()
        {
            TestSilo.ActAs("acme", Caller.SiloRole);
            return new("last", "last", silo.Clock.GetUtcNow(), "test", new("{}"));
        }
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
