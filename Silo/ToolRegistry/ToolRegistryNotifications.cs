using AgentManagement.Client.Hosting;
using AgentManagement.Observability;
using AgentManagement.WebGateway.Caching;
using AgentManagement.WebGateway.Hosting;
using StackExchange.Redis;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>Hears what has changed in the registry: the cache forgets it, and agents that use it are checked.</summary>
internal sealed class ToolRegistryNotifications(
    RedisConnection redis,
    RefreshingCache<(string TenantId, string ToolId), KnownTool> cache,
    PromptToolChecks checks,
    TimeProvider time,
    ILogger<ToolRegistryNotifications> logger)
    : RedisListener(redis, time, logger)
{
    protected override IEnumerable<RedisChannel> Channels =>
    [
        new(ToolNotice.Channel, RedisChannel.PatternMode.Literal),
        new($"{ToolNotice.Channel}.*", RedisChannel.PatternMode.Pattern),
    ];

    protected override void Take(string channel, byte[] message)
    {
        if (ToolNotice.Read(channel, message) is not { } notice)
        {
            logger.LogWarning(LogEvents.NotificationUnreadable, "A notification of the Tool Registry could not be read");
            return;
        }
        cache.RemoveByTag(KnownTool.TagOf(notice.TenantId, notice.ToolId));
        checks.Add(notice);
    }

    protected override void Forget() => cache.Clear();
}
