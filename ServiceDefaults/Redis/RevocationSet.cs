using System.Text.Json;
using StackExchange.Redis;

namespace AgentManagement.ServiceDefaults.Redis;

/// <summary>
/// What is revoked, as gateways keep it in Redis until it has ended by itself. A sorted set of the cluster: the score is until when, in
/// milliseconds, the member <c>[tenant, "token" or "subject", id]</c>.
/// </summary>
public static class RevocationSet
{
    public const string Token = "token";
    public const string Subject = "subject";

    /// <summary>For how long a revocation is remembered that does not say when its token ends: longer than tokens are valid.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    /// <summary>How far clocks may be apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    public static RedisKey KeyOf(string clusterId) => $"agent.management.revocations.{clusterId}";

    public static string OfToken(string tenantId, string tokenId) => MemberOf(tenantId, Token, tokenId);

    public static string OfSubject(string tenantId, string subject) => MemberOf(tenantId, Subject, subject);

    private static string MemberOf(params string[] parts) => JsonSerializer.Serialize(parts);
}
