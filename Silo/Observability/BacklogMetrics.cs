using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Silo.Observability;

/// <summary>What is still to be done, of the whole service: each silo publishes the same measurement.</summary>
internal static class BacklogMetrics
{
    private static readonly Gauge<long> DeliveryLag = ServiceMeter.Meter.CreateGauge<long>(
        "agent_management.delivery.lag", "{change}", "Changes that a sink is not on record as having been told, of all tenants.");

    private static readonly Gauge<double> DeliveryAge = ServiceMeter.Meter.CreateGauge<double>(
        "agent_management.delivery.age", "s", "How long ago the oldest of them was made; 0 when there is none.");

    private static readonly Gauge<long> Tasks = ServiceMeter.Meter.CreateGauge<long>(
        "agent_management.tasks.unfinished", "{task}", "Tasks that have not ended, of all tenants.");

    private static readonly Gauge<double> TaskAge = ServiceMeter.Meter.CreateGauge<double>(
        "agent_management.tasks.age", "s", "How long ago the oldest of them was started; 0 when there is none.");

    private static readonly Gauge<long> Webhooks = ServiceMeter.Meter.CreateGauge<long>(
        "agent_management.webhooks", "{webhook}", "Webhooks of all tenants, by what becomes of their events.");

    private static readonly Gauge<double> WebhookFailingAge = ServiceMeter.Meter.CreateGauge<double>(
        "agent_management.webhooks.failing_age", "s", "For how long the webhook that fails longest does; 0 when none fails.");

    private static readonly Gauge<long> Runtimes = ServiceMeter.Meter.CreateGauge<long>(
        "agent_management.runtimes", "{runtime}", "Runtimes of all tenants that report, or fell silent within the last day.");

    private static readonly Gauge<long> BlockedReleases = ServiceMeter.Meter.CreateGauge<long>(
        "agent_management.releases.blocked", "{release}", "Releases that do not go on though they are to, of all tenants.");

    private static readonly Gauge<double> BlockedReleaseAge = ServiceMeter.Meter.CreateGauge<double>(
        "agent_management.releases.blocked_age", "s", "For how long the one of them does not that does so longest; 0 when there is none.");

    public static void RecordReleases(RuntimeCount runtimes, Backlog blocked, DateTimeOffset now)
    {
        Runtimes.Record(runtimes.Live, new KeyValuePair<string, object?>("state", "live"));
        Runtimes.Record(runtimes.Silent, new KeyValuePair<string, object?>("state", "silent"));
        BlockedReleases.Record(blocked.Count);
        BlockedReleaseAge.Record(blocked.AgeAt(now).TotalSeconds);
    }

    public static void RecordWebhooks(WebhookHealth webhooks, DateTimeOffset now)
    {
        Webhooks.Record(webhooks.Enabled - webhooks.Failing.Count, new KeyValuePair<string, object?>("state", "accepting"));
        Webhooks.Record(webhooks.Failing.Count, new KeyValuePair<string, object?>("state", "failing"));
        Webhooks.Record(webhooks.Disabled, new KeyValuePair<string, object?>("state", "disabled"));
        WebhookFailingAge.Record(webhooks.Failing.AgeAt(now).TotalSeconds);
    }

    public static void RecordSinkLag(string sink, Backlog backlog, DateTimeOffset now)
    {
        var tag = new KeyValuePair<string, object?>("sink", sink);
        DeliveryLag.Record(backlog.Count, tag);
        DeliveryAge.Record(backlog.AgeAt(now).TotalSeconds, tag);
    }

    public static void RecordTasks(Backlog backlog, DateTimeOffset now)
    {
        Tasks.Record(backlog.Count);
        TaskAge.Record(backlog.AgeAt(now).TotalSeconds);
    }
}
