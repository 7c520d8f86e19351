using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentManagement.Domain.Changes;
using AgentManagement.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.Changes;

/// <summary>
/// Who has which agent open, as sockets say it: of the moment, in this gateway's memory, and nowhere else. Gateways tell each other over
/// Redis, in messages of <c>agent.management.viewers.{tenant}</c>; what is not said again ends by itself, so that one that is lost does no
/// harm.
/// </summary>
/// <param name="redis">Null without REDIS_URI: then there is no other gateway to tell.</param>
internal sealed class AgentViewers(TimeProvider time, RedisConnection? redis = null)
{
    public const string ChannelPrefix = "agent.management.viewers.";

    /// <summary>For how long it holds what was said once.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    /// <summary>How many of a tenant are known at the same time.</summary>
    internal const int MaxOfTenant = 500;

    /// <summary>How many of an agent are told by name.</summary>
    internal const int MaxNamed = 50;

    /// <summary>What changes meanwhile is told at once.</summary>
    internal static readonly TimeSpan NotifyInterval = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(2);

    private readonly string _gateway = Guid.NewGuid().ToString("n");
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<string, Viewing>> _tenants = new(StringComparer.Ordinal);
    private readonly HashSet<(string Tenant, string Agent)> _changed = [];
    private bool _isNotifying;

    /// <summary>A socket says which agent its client has open; it is told who else has, now and whenever that changes.</summary>
    /// <param name="viewer">The socket.</param>
    /// <param name="agent">Null for none any more.</param>
    /// <returns>False when too many of the tenant are known already.</returns>
    public bool Say(string tenant, string viewer, string subject, string? agent, Func<object, Task> notify)
    {
        if (!Set(tenant, viewer, agent is null ? null : new(agent, subject, time.GetUtcNow() + Life, notify), out var before)) return false;
        // Most sockets have never had one open, and end like that.
        if (redis is not null && (agent ?? before) is not null) _ = PublishAsync(tenant, new(_gateway, viewer, subject, agent));
        return true;
    }

    /// <summary>What another gateway says.</summary>
    public void Hear(string tenant, ViewerMessage message)
    {
        if (message.Gateway == _gateway) return;
        var viewing = message.Agent is { } agent ? new Viewing(agent, message.Subject, time.GetUtcNow() + Life, Notify: null) : null;
        if (!Set(tenant, message.Viewer, viewing, out var before) || viewing is null || viewing.Agent == before) return;
        // Who has just come knows nobody yet.
        List<ViewerMessage> known;
        lock (_lock)
        {
            known =
            [
                .. _tenants.GetValueOrDefault(tenant, []).Where(each => each.Value.Notify is not null && each.Value.Agent == viewing.Agent)
                    .Select(each => new ViewerMessage(_gateway, each.Key, each.Value.Subject, each.Value.Agent)),
            ];
        }
        foreach (var each in known) _ = PublishAsync(tenant, each);
    }

    /// <param name="agent">The agent that was open before; null for none.</param>
    private bool Set(string tenant, string viewer, Viewing? viewing, out string? agent)
    {
        lock (_lock)
        {
            agent = null;
            if (!_tenants.TryGetValue(tenant, out var viewers))
            {
                if (viewing is null) return true;
                _tenants[tenant] = viewers = new(StringComparer.Ordinal);
            }
            DropEnded(tenant, viewers);
            var before = viewers.GetValueOrDefault(viewer);
            agent = before?.Agent;
            if (viewing is null) viewers.Remove(viewer);
            else if (before is null && viewers.Count >= MaxOfTenant) return false;
            else viewers[viewer] = viewing;
            if (agent != viewing?.Agent)
            {
                if (agent is not null) Changed(tenant, agent);
                if (viewing is not null) Changed(tenant, viewing.Agent);
            }
            if (viewers.Count == 0) _tenants.Remove(tenant);
            return true;
        }
    }

    private void DropEnded(string tenant, Dictionary<string, Viewing> viewers)
    {
        var now = time.GetUtcNow();
        foreach (var (viewer, viewing) in viewers)
        {
            if (viewing.Until > now) continue;
            viewers.Remove(viewer);
            Changed(tenant, viewing.Agent);
        }
    }

    private void Changed(string tenant, string agent)
    {
        _changed.Add((tenant, agent));
        if (_isNotifying) return;
        _isNotifying = true;
        _ = NotifyAsync();
    }

    private async Task NotifyAsync()
    {
        await Task.Delay(NotifyInterval, time);
        List<(Func<object, Task> Notify, object Message)> calls = [];
        lock (_lock)
        {
            foreach (var (tenant, agent) in _changed)
            {
                if (!_tenants.TryGetValue(tenant, out var viewers)) continue;
                var here = viewers.Values.Where(viewing => viewing.Agent == agent).ToList();
                var message = new
                {
                    @event = "viewers", type = EventMessage.Control, agent_id = agent,
                    viewers = here.Select(viewing => viewing.Subject).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                        .Take(MaxNamed).ToArray(),
                };
                calls.AddRange(here.Where(viewing => viewing.Notify is not null).Select(viewing => (viewing.Notify!, (object)message)));
            }
            _changed.Clear();
            _isNotifying = false;
        }
        foreach (var (notify, message) in calls) _ = NotifyAsync(notify, message);
    }

    private static async Task NotifyAsync(Func<object, Task> notify, object message)
    {
        try
        {
            await notify(message);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // That socket has ended.
        }
    }

    private async Task PublishAsync(string tenant, ViewerMessage message)
    {
        try
        {
            var connection = await redis!.OpenAsync().WaitAsync(PublishTimeout);
            await connection.GetSubscriber().PublishAsync(
                new(ChannelPrefix + tenant, RedisChannel.PatternMode.Literal), JsonSerializer.SerializeToUtf8Bytes(message))
                .WaitAsync(PublishTimeout);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            // It is said again soon.
        }
    }

    /// <param name="Notify">Null of a socket of another gateway.</param>
    private sealed record Viewing(string Agent, string Subject, DateTimeOffset Until, Func<object, Task>? Notify);
}

/// <summary>What gateways tell each other.</summary>
/// <param name="Gateway">Who says it.</param>
/// <param name="Viewer">The socket.</param>
/// <param name="Agent">Null for none any more.</param>
internal sealed record ViewerMessage(
    [property: JsonPropertyName("gateway")] string Gateway, [property: JsonPropertyName("viewer")] string Viewer,
    [property: JsonPropertyName("subject")] string Subject, [property: JsonPropertyName("agent_id")] string? Agent);
