using System.Diagnostics;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using StackExchange.Redis;

namespace AgentManagement.Bench.Follow;

/// <summary>
/// How long after its acknowledgement a change is heard of, each way, in turns with a bare publish to a subscriber of the
/// same Redis, so that a slow moment slows all of them.
/// </summary>
public sealed class LatencyExperiment
{
    private const string Tenant = "latency";
    private const int WarmUp = 200;
    private static readonly RedisChannel BareChannel = new("bare", RedisChannel.PatternMode.Literal);
    private static readonly RedisChannel Notifications = new($"agent.management.notifications.{Tenant}", RedisChannel.PatternMode.Literal);

    private readonly Arrivals _bare = new();
    private readonly Arrivals _redis = new();
    private readonly Arrivals _socket = new();
    private readonly Arrivals _eventStream = new();

    public async Task<LatencyReport> RunAsync(LatencyOptions options, TextWriter output)
    {
        await using var server = await RedisServer.StartAsync();
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var service = await ServiceProcess.StartAsync(
            data, new Dictionary<string, string> { ["REDIS_URI"] = server.Address.OriginalString });
        using var redis = await ConnectionMultiplexer.ConnectAsync($"{server.Address.Host}:{server.Address.Port}");
        using var http = TenantClient.Connect(service.EndPoint.Port);
        await redis.GetSubscriber().SubscribeAsync(BareChannel, (_, message) => _bare.Note((long)message));
        await redis.GetSubscriber()
            .SubscribeAsync(Notifications, (_, message) => _redis.Note(EventReading.ReadChange(message!)!.Value.Revision));

        using var ending = new CancellationTokenSource();
        var token = service.Tokens.Mint(Tenant, "viewer");
        var following = new[]
        {
            NoteAsync(new SocketFollower(http.BaseAddress!, token), _socket, ending.Token),
            NoteAsync(new EventStreamFollower(http, token), _eventStream, ending.Token),
        };
        await using var idle = new IdleSockets();
        var before = service.MemoryBytes();
        await idle.OpenAsync(options.IdleSockets, http.BaseAddress!, service.Tokens);
        var perSocket = options.IdleSockets == 0 ? 0 : Math.Round((service.MemoryBytes() - before) / 1024.0 / options.IdleSockets, 1);

        var client = service.Client(Tenant);
        await MeasureAsync(client, redis, 0, WarmUp);
        output.WriteLine("  warm; measuring");
        var latencies = await MeasureAsync(client, redis, WarmUp, options.Samples);
        await ending.CancelAsync();
        await Task.WhenAll(following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Distribution[] found = [.. latencies.Select(Distribution.Of)];
        return new(found[0], found[1], found[2], found[3], options.IdleSockets, perSocket)
        {
            Samples = [.. latencies.Select(each => each.ToImmutableArray())], Problems = [.. service.LoggedErrors()],
        };
    }

    private static async Task NoteAsync(IFollower follower, Arrivals arrivals, CancellationToken ending)
    {
        await foreach (var told in follower.FollowAsync(0, ending)) arrivals.Note(told.Revision);
    }

    private async Task<List<TimeSpan>[]> MeasureAsync(TenantClient client, ConnectionMultiplexer redis, int from, int samples)
    {
        List<TimeSpan>[] latencies = [[], [], [], []];
        for (var number = from + 1; number <= from + samples; number++)
        {
            var published = Stopwatch.GetTimestamp();
            await redis.GetSubscriber().PublishAsync(BareChannel, number);
            latencies[0].Add(await _bare.SinceAsync(published, number));

            var answer = await client.PutAsync("agents/bot", AgentBodies.Complete("Bot", $"Version {number}."));
            var acknowledged = Stopwatch.GetTimestamp();
            if (!answer.IsSuccess) throw new InvalidOperationException($"A change was refused: {answer}");
            Arrivals[] ways = [_redis, _socket, _eventStream];
            for (var way = 0; way < ways.Length; way++) latencies[way + 1].Add(await ways[way].SinceAsync(acknowledged, number));
        }
        return latencies;
    }
}
