using AgentManagement.Grains.Tasks;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using StackExchange.Redis;

namespace AgentManagement.Silo.Redis;

/// <summary>Users whom gateways have heard to be revoked: read where they keep it.</summary>
internal sealed class RevokedUsers(ServiceSettings settings, RedisConnection redis, ILogger<RevokedUsers> logger) : IRevokedUsers
{
    public async Task<bool> IsRevokedSinceAsync(string tenantId, string subject, DateTimeOffset moment)
    {
        try
        {
            var until = await (await redis.OpenAsync()).GetDatabase().SortedSetScoreAsync(
                RevocationSet.KeyOf(settings.ClusterId), RevocationSet.OfSubject(tenantId, subject));
            return until is { } end
                && moment <= DateTimeOffset.FromUnixTimeMilliseconds((long)end) - RevocationSet.Memory + RevocationSet.ClockSkew;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // As gateways do with the tokens that they know: they go on until somebody tells of a revocation.
            logger.LogWarning(LogEvents.RevocationsUnreachable, "Redis did not tell who is revoked; a task goes on, and asks again");
            return false;
        }
    }
}
