using System.Text.Json;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.WebGateway.Identity;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// Hears what the Identity Service has revoked, and keeps it for gateways that did not. Messages of
/// <c>identity.notifications.{tenant}</c>: <c>{"event":"token_revoked","data":{"token_id":…,"exp":…}}</c>, in which <c>exp</c> may be
/// absent, and <c>{"event":"user_revoked","data":{"subject":…}}</c>.
/// </summary>
internal sealed class IdentityNotifications(
    RedisConnection redis,
    RevokedTokens revoked,
    StoredRevocations stored,
    RefreshingCache<string, Introspection> introspections,
    TimeProvider time,
    ILogger<IdentityNotifications> logger)
    : RedisListener(redis, time, logger)
{
    public const string ChannelPrefix = "identity.notifications.";

    // A start does not wait longer for what was revoked before; then it is only no new token that is decided about.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _complete = new();

    protected override IEnumerable<RedisChannel> Channels => [new($"{ChannelPrefix}*", RedisChannel.PatternMode.Pattern)];

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        revoked.IsComplete = false;
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(_complete.Task, Task.Delay(StartTimeout, cancellationToken));
    }

    public override void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
        base.Dispose();
    }

    protected override void OnMissed()
    {
        introspections.Clear();
        _ = KeepAsync(stored.SynchronizeAsync, _ending.Token);
    }

    /// <summary>Takes a message; one that is none of these changes nothing.</summary>
    protected override void OnMessage(string channel, byte[] message)
    {
        var tenantId = channel[ChannelPrefix.Length..];
        if (!GrainKeys.IsTenantId(tenantId)) return;
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out var data)
                || data.ValueKind != JsonValueKind.Object) return;
            switch (TextOf(root, "event"))
            {
                case "token_revoked" when TextOf(data, "token_id") is { } tokenId:
                    introspections.RemoveByTag(Introspection.TagOfToken(tenantId, tokenId));
                    Keep(revoked.AddToken(tenantId, tokenId, TimeOf(data, "exp")));
                    break;
                case "user_revoked" when TextOf(data, "subject") is { } subject:
                    introspections.RemoveByTag(Introspection.TagOfSubject(tenantId, subject));
                    Keep(revoked.AddSubject(tenantId, subject));
                    break;
            }
        }
        catch (JsonException)
        {
            logger.LogWarning(LogEvents.NotificationInvalid, "A notification of the Identity Service could not be read");
        }
    }

    private void Keep(Revocation revocation) => _ = KeepAsync(() => stored.StoreAsync([revocation]), _ending.Token);

    /// <summary>Tries until Redis has answered.</summary>
    private async Task KeepAsync(Func<Task> work, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await work();
                if (revoked.IsComplete) _complete.TrySetResult();
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
            {
                logger.LogWarning(LogEvents.RevocationsUnreachable, "Redis did not take, or give, what is revoked; it is tried again");
                await Task.Delay(RetryDelay, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static DateTimeOffset? TimeOf(JsonElement message, string name) =>
        message.TryGetProperty(name, out var member) && TokenClaims.TryTime(member, out var time) ? time : null;

    private static string? TextOf(JsonElement message, string name) =>
        message.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
