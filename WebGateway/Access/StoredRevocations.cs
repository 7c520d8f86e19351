using System.Text.Json;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// What is revoked, in Redis until it has ended by itself (<see cref="RevocationSet"/>), for gateways that start later or have missed a
/// message, and for tasks that go on.
/// </summary>
internal sealed class StoredRevocations(ServiceSettings settings, RedisConnection redis, RevokedTokens revoked, TimeProvider time)
{
    private RedisKey Key => RevocationSet.KeyOf(settings.ClusterId);

    /// <summary>Writes revocations, and removes what has ended.</summary>
    public async Task StoreAsync(IEnumerable<Revocation> revocations)
    {
        var database = (await redis.OpenAsync()).GetDatabase();
        SortedSetEntry[] entries = [.. revocations.Select(each => new SortedSetEntry(MemberOf(each), each.Until.ToUnixTimeMilliseconds()))];
        // What another gateway has heard later holds.
        if (entries.Length > 0) await database.SortedSetAddAsync(Key, entries, SortedSetWhen.GreaterThan);
        await database.SortedSetRemoveRangeByScoreAsync(Key, double.NegativeInfinity, Now);
    }

    /// <summary>Writes what is known here, takes what others know, and has it complete then.</summary>
    public async Task SynchronizeAsync()
    {
        // A key is the silo's to decide about.
        await StoreAsync(revoked.All.Where(each => each.Subject is null || !ChangeSubject.TryReadApiKey(each.Subject, out _)));
        foreach (var entry in await (await redis.OpenAsync()).GetDatabase().SortedSetRangeByScoreWithScoresAsync(Key, Now))
        {
            if (Read(entry) is { } revocation) revoked.Add(revocation);
        }
        revoked.IsComplete = true;
    }

    // For as long as a token would be taken.
    private double Now => (time.GetUtcNow() - TokenRules.ClockSkew).ToUnixTimeMilliseconds();

    private static string MemberOf(Revocation revocation) => revocation.TokenId is { } id
        ? RevocationSet.OfToken(revocation.TenantId, id) : RevocationSet.OfSubject(revocation.TenantId, revocation.Subject!);

    private static Revocation? Read(SortedSetEntry entry)
    {
        var until = DateTimeOffset.FromUnixTimeMilliseconds((long)entry.Score);
        return Parse(entry.Element!) switch
        {
            [{ } tenantId, RevocationSet.Token, { } id] when GrainKeys.IsTenantId(tenantId) => new(tenantId, id, null, until),
            [{ } tenantId, RevocationSet.Subject, { } subject] when GrainKeys.IsTenantId(tenantId) => new(tenantId, null, subject, until),
            _ => null,
        };
    }

    private static string?[]? Parse(string member)
    {
        try
        {
            return JsonSerializer.Deserialize<string?[]>(member);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
