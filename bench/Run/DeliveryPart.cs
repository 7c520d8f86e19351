using AgentManagement.Bench.Follow;

namespace AgentManagement.Bench.Run;

/// <summary>R6: how soon after its acknowledgement a change is heard of, beside a bare publish to a subscriber of the same Redis.</summary>
internal static class DeliveryPart
{
    private const int SamplesOfRound = 200;

    public static async Task<IEnumerable<Comparison>> RunAsync(RunField field)
    {
        var options = new LatencyOptions(field.Servers.Database, SamplesOfRound * field.Options.Rounds, field.Options.Watchers);
        var report = await new LatencyExperiment().RunAsync(options, TextWriter.Null);
        foreach (var problem in report.Problems.Take(5)) field.Problems.Add(problem);
        var watchers = $"{field.Options.Watchers} idle watchers: {report.KilobytesPerSocket} KB of the service for each";
        return
        [
            Compare("redis", "a Redis subscriber", way: 1, atMost: 1), Compare("websocket", "a WebSocket", way: 2, atMost: 1.5),
            Compare("sse", "an event stream", way: 3, atMost: null),
        ];

        Comparison Compare(string id, string receiver, int way, double? atMost) => field.Turns.Show(
            $"change to {receiver} / bare publish to a subscriber; {watchers}", new([.. Of(way).Zip(Of(0))],
                [new Goal($"R6-{id}", $"change to {receiver} / bare Redis publish, median duration", Goal.Duration) { AtMost = atMost }]));

        IEnumerable<Sample> Of(int way) => report.Samples[way].Select(each => each.TotalMilliseconds).Chunk(SamplesOfRound)
            .Select(Sample.OfDurations);
    }
}
