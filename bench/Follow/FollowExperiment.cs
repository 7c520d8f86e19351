using System.Diagnostics;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using StackExchange.Redis;

namespace AgentManagement.Bench.Follow;

/// <summary>
/// Subscribers drop and resume at random, the service is killed, and Redis is killed and comes back empty: each subscriber
/// gets every change, in order, without gaps.
/// </summary>
public sealed class FollowExperiment
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private int _serviceKills;
    private int _redisKills;

    public async Task<FollowReport> RunAsync(FollowOptions options, TextWriter output)
    {
        var start = Stopwatch.GetTimestamp();
        await using var redis = await RedisServer.StartAsync();
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var service = await ServiceProcess.StartAsync(
            data, new Dictionary<string, string> { ["REDIS_URI"] = redis.Address.OriginalString });
        using var client = await ConnectionMultiplexer.ConnectAsync($"{redis.Address.Host}:{redis.Address.Port},abortConnect=false");
        using var http = TenantClient.Connect(service.EndPoint.Port);
        var perTenant = options.Changes / options.Tenants;
        var (subscribers, writers) = (new List<Subscriber>(), new List<Task>());
        var following = new List<Task>();
        using var patience = new CancellationTokenSource();
        for (var number = 0; number < options.Tenants; number++)
        {
            var tenant = $"follow-{number}";
            var token = service.Tokens.Mint(tenant, "viewer");
            IFollower[] followers =
            [
                new EventStreamFollower(http, token), new SocketFollower(http.BaseAddress!, token),
                new RedisStreamFollower(client.GetDatabase(), tenant),
            ];
            var ofTenant = followers.Select((follower, kind) =>
                new Subscriber(follower, tenant, (options.Seed * 1_000) + (number * 3) + kind)).ToList();
            subscribers.AddRange(ofTenant);
            following.AddRange(ofTenant.Select(subscriber => subscriber.FollowToAsync(() => perTenant, patience.Token)));
            writers.Add(WriteAsync(new RepeatingClient(service.Client(tenant)), perTenant, options.Pause));
        }

        var writing = Task.WhenAll(writers);
        await FailAsync(service, redis, writing, TimeSpan.FromSeconds(options.MaxDelay), new Random(options.Seed), output);
        await writing;
        output.WriteLine($"  everything is written after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        patience.CancelAfter(Timeout);
        await Task.WhenAll(following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var incomplete = subscribers.Where(subscriber => subscriber.Revision != perTenant)
            .Select(subscriber => $"{subscriber.Transport}: a subscriber has {subscriber.Revision} of {perTenant} changes");
        return new(
            options.Changes, subscribers.Count, _serviceKills, _redisKills,
            [.. subscribers.GroupBy(subscriber => subscriber.Transport).Select(each =>
                (each.Key, each.Sum(one => one.Visits), each.Sum(one => one.Repeated), each.Count(one => one.Revision == perTenant)))],
            Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1))
        {
            Problems = [.. subscribers.SelectMany(subscriber => subscriber.Problems), .. incomplete],
        };
    }

    private static async Task WriteAsync(RepeatingClient client, int changes, TimeSpan pause)
    {
        for (var number = 0; number < changes; number++)
        {
            var answer = await client.SendAsync(
                HttpMethod.Put, "agents/bot", AgentBodies.Complete("Bot", $"Version {number}."), $"change-{number}");
            if (!answer.IsSuccess) throw new InvalidOperationException($"A change was refused: {answer}");
            await Task.Delay(pause);
        }
    }

    private async Task FailAsync(
        ServiceProcess service, RedisServer redis, Task writing, TimeSpan maxDelay, Random random, TextWriter output)
    {
        while (true)
        {
            await Task.WhenAny(writing, Task.Delay(maxDelay * (0.5 + (random.NextDouble() / 2))));
            if (writing.IsCompleted) return;
            if ((_serviceKills + _redisKills) % 2 == 0)
            {
                await service.KillAsync();
                await service.StartAgainAsync();
                _serviceKills++;
            }
            else
            {
                await redis.KillAsync();
                await Task.Delay(TimeSpan.FromSeconds(2 * random.NextDouble()));
                await redis.StartAgainAsync();
                _redisKills++;
            }
            output.WriteLine($"  killed: the service {_serviceKills} times, Redis {_redisKills} times");
        }
    }
}
