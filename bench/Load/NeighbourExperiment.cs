using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Load;

/// <summary>
/// What a tenant far above its rate does to another one: the neighbour's requests are measured alone and beside the noise, in turns
/// of the same run.
/// </summary>
public sealed class NeighbourExperiment
{
    private const string NoisyTier = "professional";
    private const int NoisyRatePerMinute = 300;
    private static readonly TimeSpan NoisePeriod = TimeSpan.FromMilliseconds(20);

    // Well below the neighbour's own rate of 1,000 a minute.
    private static readonly TimeSpan RequestPeriod = TimeSpan.FromMilliseconds(100);

    private readonly List<string> _problems = [];
    private long _noise;
    private long _refused;
    private int _edits;

    public async Task<NeighbourReport> RunAsync(NeighbourOptions options, TextWriter output)
    {
        await using var server = RedisServer.IsInstalled ? await RedisServer.StartAsync() : null;
        await using var data = await DataLocation.CreateAsync(options.Database);
        var settings = new Dictionary<string, string> { ["RATE_LIMIT_ENABLED"] = "true" };
        if (server is not null) settings["REDIS_URI"] = server.Address.OriginalString;
        await using var service = await ServiceProcess.StartAsync(data, settings);
        using var http = TenantClient.Connect(service.EndPoint.Port);
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", service.Tokens.Mint("noisy", "admin", NoisyTier));
        var neighbour = service.Client("neighbour");
        await MeasureAsync(neighbour, options.Phase, []);
        await MakeNoiseAsync(http, options.Phase);
        (_noise, _refused) = (0, 0);

        List<TimeSpan> alone = [], beside = [];
        for (var round = 1; round <= options.Rounds; round++)
        {
            await MeasureAsync(neighbour, options.Phase, alone);
            var noise = MakeNoiseAsync(http, options.Phase);
            await MeasureAsync(neighbour, options.Phase, beside);
            await noise;
            output.WriteLine($"  round {round}: {_noise} requests of noise, {_refused} refused");
        }
        _problems.AddRange(service.LoggedErrors());
        return new(options.Times, _noise, _refused, Distribution.Of(alone), Distribution.Of(beside)) { Problems = [.. _problems] };

        async Task MakeNoiseAsync(HttpClient client, TimeSpan length)
        {
            var perSecond = NoisyRatePerMinute / 60.0 * options.Times;
            var (start, sent, sending) = (Stopwatch.GetTimestamp(), 0, new List<Task>());
            while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < length)
            {
                for (; sent < elapsed.TotalSeconds * perSecond; sent++) sending.Add(AskAsync(client));
                await Task.Delay(NoisePeriod);
            }
            await Task.WhenAll(sending);
        }
    }

    private async Task AskAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("api/v1/agents");
        Interlocked.Increment(ref _noise);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests) Interlocked.Increment(ref _refused);
        else if (answer.StatusCode != HttpStatusCode.OK) lock (_problems) _problems.Add($"noise was answered {(int)answer.StatusCode}");
    }

    /// <summary>Writes and reads in turns, each at its moment whatever became of the one before.</summary>
    private async Task MeasureAsync(TenantClient client, TimeSpan length, List<TimeSpan> durations)
    {
        var (start, running) = (Stopwatch.GetTimestamp(), new List<Task>());
        for (var number = 0; Stopwatch.GetElapsedTime(start) < length; number++)
        {
            running.Add(TimeAsync(number % 2 == 0));
            var wait = RequestPeriod * (number + 1) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
        }
        await Task.WhenAll(running);

        async Task TimeAsync(bool isWrite)
        {
            var begun = Stopwatch.GetTimestamp();
            var answer = isWrite
                ? await client.PutAsync("agents/bot", AgentBodies.Complete("Neighbour", $"{Interlocked.Increment(ref _edits)}"))
                : await client.GetAsync("agents");
            lock (durations) durations.Add(Stopwatch.GetElapsedTime(begun));
            if (answer.Status is not (200 or 201)) lock (_problems) _problems.Add($"the neighbour was answered {answer}");
        }
    }
}
