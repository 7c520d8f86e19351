using System.Security.Cryptography;
using System.Text;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Internal;

/// <summary>SERVICE_TOKEN as a bearer token: the role <c>service</c> for the tenant in the address, on the internal routes only.</summary>
internal static class ServiceTokens
{
    public const string Subject = "service-token";

    /// <summary>Makes the service the caller when it shows the token; false when it does not.</summary>
    public static bool TryAccept(HttpContext http, string token, string? expected, CurrentCaller caller) =>
        expected is not null && http.Request.Path.StartsWithSegments(InternalApi.Base)
        && http.GetRouteValue(InternalApi.TenantParameter) is string tenantId
        // Hashed, so that neither length nor beginning of the right one shows in how long it takes.
        && CryptographicOperations.FixedTimeEquals(Hash(token), Hash(expected))
        && caller.TryAcceptService(tenantId, Subject, CorrelationId.Of(http));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
