using System.Diagnostics;
using AgentManagement.Tests.GrainRuntime;
using AgentManagement.Tests.Support;

namespace AgentManagement.Tests.Embedded;

public sealed class CallCostTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_call_with_small_immutable_arguments_costs_microseconds()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.Grains.GetGrain<IEchoGrain>("t/cost");
        const int Calls = 200_000;
        for (var round = 0; round < 2; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var call = 0; call < Calls; call++)
            {
                await grain.Twice(call);
            }

            output.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalMicroseconds / Calls:F2} µs a call");
        }

        // Far above what is measured: it fails on a per-call compilation or scan, not on a busy machine.
        var limit = Stopwatch.GetTimestamp();
        await Await.For(Task.WhenAll(Enumerable.Range(0, 20_000).Select(call => grain.Twice(call).AsTask())), "a burst of calls");
        Assert.InRange(Stopwatch.GetElapsedTime(limit).TotalSeconds, 0, 10);
    }
}
