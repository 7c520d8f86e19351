using AgentManagement.Bench.Client;

namespace AgentManagement.Bench.Follow;

/// <summary>Sockets that are subscribed to tenants of whom nothing is heard.</summary>
internal sealed class IdleSockets : IAsyncDisposable
{
    private const int PerTenant = 100;

    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _open = [];

    /// <summary>Opens them, a few at a time.</summary>
    public async Task OpenAsync(int count, Uri service, TokenMint tokens)
    {
        for (var number = 0; number < count; number++)
        {
            var follower = new SocketFollower(service, tokens.Mint($"idle-{number / PerTenant}", "viewer"));
            _open.Add(Task.Run(async () =>
            {
                await foreach (var _ in follower.FollowAsync(0, _ending.Token)) ;
            }));
            if (number % 50 == 49) await Task.Delay(200);
        }
        await Task.Delay(TimeSpan.FromSeconds(3));
        if (_open.Count(each => !each.IsCompleted) is var left && left < count)
        {
            throw new InvalidOperationException($"Of {count} sockets {left} are open.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_open).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }
}
