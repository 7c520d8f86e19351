using System.Text.Json;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.Changes;

/// <summary>Hears what other gateways publish; see <see cref="AgentViewers"/>.</summary>
internal sealed class ViewerNotifications(
    RedisConnection redis, AgentViewers viewers, TimeProvider time, ILogger<ViewerNotifications> logger)
    : RedisListener(redis, time, logger)
{
    protected override IEnumerable<RedisChannel> Channels => [new($"{AgentViewers.ChannelPrefix}*", RedisChannel.PatternMode.Pattern)];

    protected override void OnMissed()
    {
        // What was missed is said again, and what ended meanwhile ends by itself.
    }

    /// <summary>Takes a message; one that is none of these changes nothing.</summary>
    protected override void OnMessage(string channel, byte[] message)
    {
        var tenant = channel[AgentViewers.ChannelPrefix.Length..];
        if (!GrainKeys.IsTenantId(tenant)) return;
        try
        {
            if (JsonSerializer.Deserialize<ViewerMessage>(message) is { Gateway: not null, Viewer: not null, Subject: not null } said
                && (said.Agent is null || GrainKeys.IsAgentId(said.Agent))) viewers.Hear(tenant, said);
        }
        catch (JsonException)
        {
            logger.LogWarning(LogEvents.NotificationInvalid, "A notification of viewers could not be read");
        }
    }
}
