using System.Net.WebSockets;
using StackExchange.Redis;

namespace AgentManagement.Bench.Follow;

/// <summary>Follows a tenant to a revision, drops at random, comes back, and checks what it is told.</summary>
public sealed class Subscriber(IFollower follower, string tenantId, int seed)
{
    private static readonly TimeSpan LongestVisit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(1);

    private readonly Random _random = new(seed);

    public string Transport => follower.Transport;

    /// <summary>The last revision that it has, each before it once.</summary>
    public long Revision { get; private set; }

    /// <summary>How often it came, by itself or because it was cut off.</summary>
    public int Visits { get; private set; }

    /// <summary>What it was told twice.</summary>
    public int Repeated { get; private set; }

    public List<string> Problems { get; } = [];

    /// <exception cref="OperationCanceledException">It did not get there in time.</exception>
    public async Task FollowToAsync(Func<long> target, CancellationToken stopping)
    {
        while (Revision < target())
        {
            stopping.ThrowIfCancellationRequested();
            Visits++;
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            leaving.CancelAfter(LongestVisit * _random.NextDouble());
            try
            {
                await foreach (var told in follower.FollowAsync(Revision, leaving.Token))
                {
                    Take(told);
                    if (Revision >= target()) break;
                }
            }
            catch (Exception exception) when (
                exception is OperationCanceledException or HttpRequestException or IOException or WebSocketException
                or RedisException or TimeoutException)
            {
                // It left, or was cut off: it comes back with what it has.
            }
            await Task.Delay(LongestAbsence * _random.NextDouble(), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(Notification told)
    {
        if (told.TenantId != tenantId) Problems.Add($"{Transport} of {tenantId} was told of {told.TenantId}");
        if (told.Revision > Revision + 1) Problems.Add($"{Transport} of {tenantId} was told {told.Revision} after {Revision}");
        if (told.Revision <= Revision) Repeated++;
        else Revision = told.Revision;
    }
}
