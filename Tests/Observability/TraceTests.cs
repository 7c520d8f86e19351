using System.Diagnostics;
using System.Text;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Observability;

/// <summary>A request is followed through gateway and silo, where somebody wants that.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed class TraceTests
{
    [Fact]
    public async Task A_request_and_its_grain_calls_are_one_trace_with_the_correlation_id()
    {
        await using var receiver = await TelemetryReceiver.StartAsync();
        var traceId = ActivityTraceId.CreateRandom();
        await using (var service = await ServiceHost.StartAsync(change: settings => settings with { TelemetryEndpoint = receiver.Address }))
        {
            using var authorized = service.CreateClient("acme");
            // One that is no part of the trace itself, though it is in this process.
            using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null })
            {
                BaseAddress = service.Address,
            };
            client.DefaultRequestHeaders.Authorization = authorized.DefaultRequestHeaders.Authorization;
            await (await client.SendAsync("PUT", $"{Api.Agents}/needle-bot", Api.Content("Needle-name"),
                ("X-Correlation-ID", "correlation-7"), ("traceparent", $"00-{traceId}-0123456789abcdef-01"))).ShouldBeAsync(201);
        }

        var traces = receiver.At("/v1/traces");
        foreach (var name in (string[])["PUT /api/v1/agents/{id}", "IAgentGrain/ApplyAsync"])
        {
            Assert.Contains(name, traces, StringComparison.Ordinal);
        }
        // The request, and at least one grain call.
        Assert.InRange(traces.Split("correlation-7").Length - 1, 2, 20);
        Assert.InRange(traces.Split(Encoding.Latin1.GetString(Convert.FromHexString(traceId.ToHexString()))).Length - 1, 2, 50);
        Assert.DoesNotContain("needle-bot", traces, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Needle-name", traces, StringComparison.Ordinal);
        Assert.Contains("agent_management.commands", receiver.At("/v1/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_endpoint_nothing_is_traced()
    {
        await using var service = await ServiceHost.StartAsync();
        using var client = service.CreateClient("acme");
        await client.CreatePathAsync();
        using var source = new ActivitySource("Microsoft.Orleans.Application");
        Assert.False(source.HasListeners());
    }
}
