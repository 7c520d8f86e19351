using AgentManagement.Domain.Webhooks;
using AgentManagement.Tests.Observability;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Webhooks;

/// <summary>How webhooks fare is seen on /metrics.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed class WebhookMetricsTests
{
    [Fact]
    public async Task Attempts_failures_dead_letters_and_those_that_were_disabled_are_counted()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gone = await Receiver.StartAsync();
        await using var never = await Receiver.StartAsync();
        // A ping is accepted, so that what is refused for a day is given up.
        receiver.Answer = (delivery, http) => Receiver.Status(http, delivery.Type == "agent_created" ? 500 : 200);
        gone.Answer = (_, http) => Receiver.Status(http, 410);
        never.Answer = (_, http) => Receiver.Status(http, 302);
        var clock = new ShiftedClock();
        await using var service = await ServiceHost.StartAsync(configure: services =>
        {
            services.AddSingleton(WebhookSilo.Hasty);
            services.AddSingleton<TimeProvider>(clock);
        });
        using var client = service.CreateClient("acme", "admin");
        foreach (var url in (string[])[receiver.Url, gone.Url, never.Url])
        {
            await (await client.SendAsync("POST", "/api/v1/webhooks", $$"""{"url":"{{url}}","events":["agent_created"]}""")).ShouldBeAsync(201);
        }
        await client.CreateAsync();

        await Await.Until(async () => (await service.MetricsAsync()) is var now
            && now.Value("""agent_management_webhook_duration_seconds_count{outcome="refused"}""") >= 2
            && now.Value("""agent_management_webhook_duration_seconds_count{outcome="gone"}""") == 1
            && now.Value("""agent_management_webhook_disabled_total{reason="gone"}""") == 1
            && now.Value("""agent_management_tenant_webhook_failures_total{tenant="acme"}""") >= 3
            && now.Value("""agent_management_webhooks{state="failing"}""") == 2
            && now.Value("""agent_management_webhooks{state="disabled"}""") == 1, "what failed was measured");
        clock.Advance(DeliveryRules.GiveUpAfter);
        await Await.Until(async () => (await service.MetricsAsync()) is var now
            && now.Value("agent_management_webhook_dead_letters_total") == 1
            && now.Value("""agent_management_webhooks{state="accepting"}""") == 1
            && now.Value("agent_management_webhooks_failing_age_seconds") >= DeliveryRules.GiveUpAfter.TotalSeconds,
            "what was given up, and the age of what fails, were measured");
    }
}
