using System.Security.Claims;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>API keys as bearer tokens.</summary>
internal static class ApiKeyTokens
{
    private const string Scheme = "Bearer ";

    /// <summary>Decides about the request when it shows a key; leaves it to the others when it does not.</summary>
    public static async Task AcceptAsync(MessageReceivedContext context)
    {
        var http = context.HttpContext;
        if (http.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return;
        var text = header[Scheme.Length..].Trim();
        if (!ApiKeyText.IsMeant(text)) return;
        var services = http.RequestServices;
        if (await services.GetRequiredService<ApiKeyReader>().TryAcceptAsync(text, services.GetRequiredService<CurrentCaller>(), CorrelationId.Of(http)))
        {
            context.Principal = new ClaimsPrincipal(new ClaimsIdentity(context.Scheme.Name));
            context.Success();
        }
        else
        {
            context.Fail("The key is not good.");
        }
    }
}
