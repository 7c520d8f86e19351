using System.Runtime.CompilerServices;
using StackExchange.Redis;

namespace AgentManagement.Bench.Follow;

/// <summary>Follows a tenant's Redis stream.</summary>
public sealed class RedisStreamFollower(IDatabase redis, string tenantId) : IFollower
{
    private const int LargestBatch = 100;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    public string Transport => "Redis stream";

    public async IAsyncEnumerable<Notification> FollowAsync(long since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await redis.ExecuteAsync(
                "XREAD", "COUNT", LargestBatch, "STREAMS", $"agent.management.changes.{tenantId}", $"{since}-0");
            if (answer.IsNull) await Task.Delay(Delay, cancellationToken);
            foreach (var message in Events(answer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var told = EventReading.ReadChange(message)!.Value;
                since = told.Revision;
                yield return told;
            }
        }
    }

    /// <summary>[[stream, [[id, [field, value]], …]]], or without the outermost brackets, as newer clients speak to Redis.</summary>
    private static IEnumerable<byte[]> Events(RedisResult answer)
    {
        if (answer.IsNull) return [];
        var streams = (RedisResult[])answer!;
        var entries = streams.Length == 2 ? streams[1] : ((RedisResult[])streams[0]!)[1];
        return ((RedisResult[])entries!).Select(entry => (byte[])((RedisResult[])((RedisResult[])entry!)[1]!)[1]!);
    }
}
