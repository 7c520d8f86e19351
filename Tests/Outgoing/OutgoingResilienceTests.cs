using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Outgoing;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace AgentManagement.Tests.Outgoing;

public sealed class OutgoingResilienceTests
{
    [Fact]
    public async Task An_open_breaker_is_logged_and_measured_until_an_answer_closes_it()
    {
        var clock = new ManualTimeProvider();
        using var logs = new LogCapture();
        using var factory = new LoggerFactory([logs]);
        int? open = null;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == ServiceMeter.Name && instrument.Name == "agent_management.breaker.open")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
        {
            if (tags is [{ Value: "service_of_this_test" }]) open = value;
        });
        listener.Start();
        var pipeline = OutgoingResilience.CreatePipeline("The Service of this test", clock, factory.CreateLogger("test"));
        Assert.Equal(0, open);

        for (var call = 0; call < OutgoingResilience.MinCalls; call++) await AskAsync(pipeline, isGood: false);
        Assert.Equal(1, open);
        Assert.Contains(logs.Lines, line => line.Contains(
            "The Service of this test fails; it is not asked for a while", StringComparison.Ordinal));
        await Assert.ThrowsAsync<BrokenCircuitException>(async () => await pipeline.ExecuteAsync(_ => ValueTask.FromResult(1)));

        clock.Advance(OutgoingResilience.BreakDuration);
        Assert.Equal(1, open);
        await AskAsync(pipeline, isGood: true);
        Assert.Equal(0, open);
        Assert.Contains(logs.Lines, line => line.Contains("The Service of this test answers again", StringComparison.Ordinal));
    }

    private static async Task AskAsync(ResiliencePipeline pipeline, bool isGood)
    {
        try
        {
            await pipeline.ExecuteAsync(_ => isGood ? ValueTask.FromResult(1) : throw new NoAnswerException("It fails."));
        }
        catch (NoAnswerException)
        {
            // As was wanted.
        }
    }
}
