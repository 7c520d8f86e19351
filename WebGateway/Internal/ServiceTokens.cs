using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace AgentManagement.WebGateway.Internal;

/// <summary>SERVICE_TOKEN as a bearer token: the role <c>service</c> for the tenant in the address, on the internal routes only.</summary>
internal static class ServiceTokens
{
    public const string Subject = "service-token";

    private const string Scheme = "Bearer ";

    /// <summary>Accepts the request when it shows the token; leaves it to the others when it does not.</summary>
    public static Task Accept(MessageReceivedContext context)
    {
        var http = context.HttpContext;
        if (http.Request.Path.StartsWithSegments(InternalApi.Base) && http.GetRouteValue(InternalApi.TenantParameter) is string tenantId
            && http.RequestServices.GetRequiredService<ServiceSettings>().ServiceToken is { } expected && IsShown(http.Request, expected)
            && http.RequestServices.GetRequiredService<CurrentCaller>().TryAcceptService(tenantId, Subject, CorrelationId.Of(http)))
        {
            context.Principal = new ClaimsPrincipal(new ClaimsIdentity(context.Scheme.Name));
            context.Success();
        }
        return Task.CompletedTask;
    }

    private static bool IsShown(HttpRequest request, string expected)
    {
        if (request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        // Hashed, so that neither length nor beginning of the right one shows in how long it takes.
        return CryptographicOperations.FixedTimeEquals(Hash(header[Scheme.Length..].Trim()), Hash(expected));
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
