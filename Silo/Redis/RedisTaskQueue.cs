using System.Threading.Channels;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Grains.Tasks;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.Tasks;
using StackExchange.Redis;

namespace AgentManagement.Silo.Redis;

/// <summary>The queue of a cluster: a Redis stream that the silos read as one consumer group.</summary>
internal sealed class RedisTaskQueue(
    string key, TimeSpan claimTimeout, RedisConnection redis, TimeProvider time, ILogger<RedisTaskQueue> logger) : ITaskQueue
{
    /// <summary>The stream of the default cluster, and the channel that signals new entries.</summary>
    public const string Key = "agent.management.tasks";

    /// <summary>After this time without a renewal an entry is given to another silo.</summary>
    public static readonly TimeSpan DefaultClaimTimeout = TimeSpan.FromSeconds(15);

    private const string Group = "silos";
    private const int MaxEntries = 10_000;
    private const int MaxEntriesWithRoom = 1_000;
    private const int MaxDeadLetters = 1_000;
    private const int MaxFieldsOfDeadLetter = 10;
    private const int MaxBytesOfDeadField = 1_000;
    private static readonly TimeSpan PollingInterval = TimeSpan.FromSeconds(1);

    // What has not asked for so long is no silo any more. Redis would keep its name for ever.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromHours(1);

    // Of this silo alone, so that XINFO CONSUMERS tells which one holds what.
    private readonly string _consumer = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():n}";

    private readonly Channel<bool> _signals =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private int _isSubscribed;

    /// <summary>Clusters that share a Redis do not share tasks.</summary>
    public static string KeyOf(string clusterId) => clusterId == ClusterNames.DefaultClusterId ? Key : $"{Key}.{clusterId}";

    public bool OutlivesProcess => true;

    public async Task<bool> HasRoomAsync() => await (await OpenAsync()).StreamLengthAsync(key) < MaxEntriesWithRoom;

    public async Task EnqueueAsync(TaskEntry entry)
    {
        var database = await OpenAsync();
        NameValueEntry[] fields =
        [
            new("task_id", entry.TaskId), new("tenant_id", entry.TenantId), new("kind", entry.Kind),
            new("correlation_id", entry.CorrelationId),
        ];
        await database.StreamAddAsync(key, fields, messageId: null, maxLength: MaxEntries, useApproximateMaxLength: true);
        await database.PublishAsync(ChannelOf(key), entry.TaskId);
    }

    public async Task<QueuedTask> DequeueAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await TryDequeueAsync() is { } task) return task;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // The health check reports it; the tasks wait in the database.
                logger.LogDebug(LogEvents.QueueReadFailed, exception, "The queue of tasks cannot be read");
            }
            await WaitAsync(cancellationToken);
        }
    }

    public async Task RenewAsync(IReadOnlyCollection<QueuedTask> tasks)
    {
        try
        {
            await (await OpenAsync()).StreamClaimIdsOnlyAsync(
                key, Group, _consumer, 0, [.. tasks.Select(task => (RedisValue)task.Receipt)]);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // Another silo may then hold the task, too: both call the same grain.
            logger.LogDebug(LogEvents.ClaimRenewalFailed, exception, "The claims of tasks could not be renewed");
        }
    }

    public async Task RemoveAsync(QueuedTask task) => await RemoveAsync((await OpenAsync()).CreateTransaction(), task);

    public async Task DeadLetterAsync(QueuedTask task, string error)
    {
        var database = await OpenAsync();
        var entries = await database.StreamRangeAsync(key, task.Receipt, task.Receipt);
        var transaction = database.CreateTransaction();
        foreach (var entry in entries)
        {
            NameValueEntry[] fields =
            [
                new("error", error), new("entry", task.Receipt),
                .. entry.Values.Take(MaxFieldsOfDeadLetter).Select(field => new NameValueEntry(Cut(field.Name), Cut(field.Value))),
            ];
            _ = transaction.StreamAddAsync(
                $"{key}.dead", fields, messageId: null, maxLength: MaxDeadLetters, useApproximateMaxLength: true);
        }
        await RemoveAsync(transaction, task);
    }

    private async Task RemoveAsync(ITransaction transaction, QueuedTask task)
    {
        _ = transaction.StreamAcknowledgeAsync(key, Group, task.Receipt);
        _ = transaction.StreamDeleteAsync(key, [task.Receipt]);
        await transaction.ExecuteAsync();
    }

    private async Task<QueuedTask?> TryDequeueAsync()
    {
        await SubscribeAsync();
        var database = await OpenAsync();
        try
        {
            return await TryDequeueAsync(database);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOGROUP", StringComparison.Ordinal))
        {
            await CreateGroupAsync(database);
            return await TryDequeueAsync(database);
        }
    }

    /// <summary>An entry that another silo has not renewed, else a new one.</summary>
    private async Task<QueuedTask?> TryDequeueAsync(IDatabase database)
    {
        var claimed = await database.StreamAutoClaimAsync(key, Group, _consumer, (long)claimTimeout.TotalMilliseconds, "0-0", count: 1);
        var entries = claimed.ClaimedEntries is { Length: > 0 } left
            ? left
            : await database.StreamReadGroupAsync(key, Group, _consumer, StreamPosition.NewMessages, count: 1);
        return entries is [var entry, ..] ? new(entry.Id!, Read(entry)) : null;
    }

    /// <summary>Before the first entry, and when Redis came back empty.</summary>
    private async Task CreateGroupAsync(IDatabase database)
    {
        try
        {
            await database.StreamCreateConsumerGroupAsync(key, Group, StreamPosition.Beginning, createStream: true);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // Another silo was faster.
        }
    }

    /// <summary>Reads an entry, which anybody may have written; null when one of its fields is missing.</summary>
    private static TaskEntry? Read(StreamEntry entry) =>
        (string?)entry["tenant_id"] is { } tenantId && (string?)entry["task_id"] is { } taskId
        && (string?)entry["kind"] is { } kind && (string?)entry["correlation_id"] is { } correlationId
            ? new(tenantId, taskId, kind, correlationId)
            : null;

    private static RedisValue Cut(RedisValue value)
    {
        ReadOnlyMemory<byte> bytes = value;
        return bytes.Length <= MaxBytesOfDeadField ? value : bytes[..MaxBytesOfDeadField];
    }

    /// <summary>Until an entry is added, or a while: a signal may be lost, and claims end without one.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_signals.Reader.WaitToReadAsync(either.Token).AsTask(), Task.Delay(PollingInterval, time, either.Token));
        await either.CancelAsync();
        _signals.Reader.TryRead(out _);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task SubscribeAsync()
    {
        if (Interlocked.Exchange(ref _isSubscribed, 1) == 1) return;
        try
        {
            await (await redis.OpenAsync()).GetSubscriber().SubscribeAsync(ChannelOf(key), (_, _) => _signals.Writer.TryWrite(true));
            await RemoveLostConsumersAsync(await OpenAsync());
        }
        catch
        {
            _isSubscribed = 0;
            throw;
        }
    }

    /// <summary>Forgets silos that are gone and hold nothing.</summary>
    private async Task RemoveLostConsumersAsync(IDatabase database)
    {
        try
        {
            foreach (var consumer in await database.StreamConsumerInfoAsync(key, Group))
            {
                if (consumer.PendingMessageCount > 0 || consumer.IdleTimeInMilliseconds < LongestSilence.TotalMilliseconds) continue;
                await database.StreamDeleteConsumerAsync(key, Group, consumer.Name);
            }
        }
        catch (RedisServerException)
        {
            // There is no queue yet.
        }
    }

    private async Task<IDatabase> OpenAsync() => (await redis.OpenAsync()).GetDatabase();

    private static RedisChannel ChannelOf(string name) => new(name, RedisChannel.PatternMode.Literal);
}
