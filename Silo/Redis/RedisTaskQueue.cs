using System.Threading.Channels;
using AgentManagement.Client.Hosting;
using AgentManagement.Observability;
using AgentManagement.Tasks;
using StackExchange.Redis;

namespace AgentManagement.Silo.Redis;

/// <summary>
/// The queue of a cluster: a Redis stream that the silos read as one consumer group. Scripts do each move of an entry whole;
/// plain commands, since the client of one of the builds knows no streams.
/// </summary>
internal sealed class RedisTaskQueue(string key, TimeSpan claim, RedisConnection redis, TimeProvider time, ILogger<RedisTaskQueue> logger) : ITaskQueue
{
    /// <summary>The stream of the usual cluster, and the channel that says that there is something new in it.</summary>
    public const string Key = "agent.management.tasks";

    /// <summary>How long an entry that is neither ended nor renewed stays with who took it. Beyond the longest time between two steps.</summary>
    public static readonly TimeSpan UsualClaim = TimeSpan.FromSeconds(15);

    private const int MostEntries = 10_000;
    private const int Crowd = 1_000;
    private static readonly TimeSpan PollingPeriod = TimeSpan.FromSeconds(1);

    // Processes may share it: who took an entry does not matter, only how long ago. Redis keeps each name for ever.
    private static readonly string Consumer = Environment.MachineName;

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _isListening;

    /// <summary>Clusters that share a Redis do not share tasks.</summary>
    public static string KeyOf(string clusterId) => clusterId == ClusterNames.DefaultClusterId ? Key : $"{Key}.{clusterId}";

    public bool OutlivesProcess => true;

    public async Task<bool> HasRoomAsync() => (long)await (await OpenAsync()).ExecuteAsync("XLEN", key) < Crowd;

    public async Task AddAsync(TaskEntry entry)
    {
        var database = await OpenAsync();
        await database.ExecuteAsync(
            "XADD", key, "MAXLEN", "~", MostEntries, "*",
            "task_id", entry.TaskId, "tenant_id", entry.TenantId, "kind", entry.Kind, "correlation_id", entry.CorrelationId);
        await database.ExecuteAsync("PUBLISH", key, entry.TaskId);
    }

    public async Task<TakenTask> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await TryTakeAsync() is { } taken) return taken;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // The health check tells; the tasks wait in the database.
                logger.LogDebug(LogEvents.QueueNotRead, exception, "The queue of tasks cannot be read");
            }
            await WaitAsync(cancellationToken);
        }
    }

    public async Task RenewAsync(TakenTask taken)
    {
        try
        {
            await (await OpenAsync()).ExecuteAsync("XCLAIM", key, RedisTaskScripts.Group, Consumer, 0, taken.Receipt, "JUSTID");
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // Then another silo may take it, too: the task's grain is the same for both.
            logger.LogDebug(LogEvents.ClaimNotRenewed, exception, "The claim of a task could not be renewed");
        }
    }

    public async Task EndAsync(TakenTask taken) => await RunAsync(RedisTaskScripts.End, taken.Receipt);

    public async Task BuryAsync(TakenTask taken, string error) => await RunAsync(RedisTaskScripts.Bury, taken.Receipt, error);

    private async Task<TakenTask?> TryTakeAsync()
    {
        await ListenAsync();
        var found = await RunAsync(RedisTaskScripts.Take, Consumer, (long)claim.TotalMilliseconds);
        if (found.IsNull) return null;
        var parts = (RedisResult[])found!;
        return new((string)parts[0]!, RedisTaskEntry.Read(parts[1]));
    }

    /// <summary>Until something is added, or a while: a message may be lost, and claims end without one.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_news.Reader.WaitToReadAsync(either.Token).AsTask(), Task.Delay(PollingPeriod, time, either.Token));
        await either.CancelAsync();
        _news.Reader.TryRead(out _);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task ListenAsync()
    {
        if (Interlocked.Exchange(ref _isListening, 1) == 1) return;
        try
        {
            await (await redis.OpenAsync()).GetSubscriber().SubscribeAsync(ChannelOf(key), (_, _) => _news.Writer.TryWrite(true));
        }
        catch
        {
            _isListening = 0;
            throw;
        }
    }

    private async Task<RedisResult> RunAsync(string script, params RedisValue[] arguments) =>
        await (await OpenAsync()).ScriptEvaluateAsync(script, [key, $"{key}.dead"], arguments);

    private async Task<IDatabase> OpenAsync() => (await redis.OpenAsync()).GetDatabase();

    private static RedisChannel ChannelOf(string name) => new(name, RedisChannel.PatternMode.Literal);
}
