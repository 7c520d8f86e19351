using System.Diagnostics.Metrics;
using AgentManagement.Domain.Webhooks;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Grains.Webhooks;

/// <summary>How sending to webhooks fares. How many fail is measured over all tenants, in the database.</summary>
internal static class WebhookMetrics
{
    private static readonly Histogram<double> Duration = ServiceMeter.Meter.CreateHistogram(
        "agent_management.webhook.duration", "s", "Requests to receivers of webhooks, with the wait for their turn.",
        advice: ServiceMeter.Durations);

    private static readonly Counter<long> Failures = ServiceMeter.Meter.CreateCounter<long>(
        ServiceMeter.ByTenant + "webhook_failures", "{attempt}", "Requests to receivers of webhooks that were not accepted.");

    private static readonly Counter<long> DeadLetters = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.webhook.dead_letters", "{event}", "Events that a webhook did not accept and that were given up.");

    private static readonly Counter<long> Disabled = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.webhook.disabled", "{webhook}", "Webhooks that were disabled since they accept nothing.");

    public static void Count(string tenantId, DeliveryOutcome outcome, TimeSpan duration)
    {
        Duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", LabelOf(outcome)));
        if (outcome != DeliveryOutcome.Accepted) Failures.Add(1, new KeyValuePair<string, object?>(ServiceMeter.Tenant, tenantId));
    }

    public static void CountDeadLetter() => DeadLetters.Add(1);

    public static void CountDisabled(string reason) => Disabled.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private static string LabelOf(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Accepted => "accepted",
        DeliveryOutcome.Gone => "gone",
        DeliveryOutcome.TimedOut => "timeout",
        DeliveryOutcome.Unreachable => "unreachable",
        DeliveryOutcome.Blocked => "blocked",
        DeliveryOutcome.NoSecret => "no_secret",
        _ => "refused",
    };
}
