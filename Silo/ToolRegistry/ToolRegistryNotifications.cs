using AgentManagement.Access;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.Silo.Housekeeping;
using StackExchange.Redis;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>Hears what has changed in the registry: the cache forgets it, and agents that use it are checked.</summary>
internal sealed class ToolRegistryNotifications(
    RedisConnection redis,
    RefreshingCache<(string TenantId, string ToolId), KnownTool> cache,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<ToolRegistryNotifications> logger)
    : RedisListener(redis, time, logger)
{
    protected override IEnumerable<RedisChannel> Channels =>
    [
        new(ToolNotice.Channel, RedisChannel.PatternMode.Literal),
        new($"{ToolNotice.Channel}.*", RedisChannel.PatternMode.Pattern),
    ];

    protected override void OnMessage(string channel, byte[] message)
    {
        if (ToolNotice.Read(channel, message) is not { } notice)
        {
            logger.LogWarning(LogEvents.NotificationInvalid, "A notification of the Tool Registry could not be read");
            return;
        }
        cache.RemoveByTag(KnownTool.TagOf(notice.TenantId, notice.ToolId));
        _ = ForwardAsync(notice);
    }

    protected override void OnMissed() => cache.Clear();

    private async Task ForwardAsync(ToolNotice notice)
    {
        try
        {
            Caller.Current = Caller.Silo;
            await grains.GetGrain<IHousekeepingGrain>(GrainKeys.Platform).CheckToolAsync(notice);
        }
        catch (Exception exception)
        {
            // Another silo heard the same, and there is the daily check.
            logger.LogDebug(LogEvents.HousekeepingUnreachable, exception, "A notification of the Tool Registry could not be forwarded");
        }
    }
}
