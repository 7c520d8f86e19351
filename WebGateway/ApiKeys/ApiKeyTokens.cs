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
        if (http.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }
        var text = header[Scheme.Length..].Trim();
        if (!ApiKeyText.IsMeant(text)) return;
        var caller = http.RequestServices.GetRequiredService<CurrentCaller>();
        caller.Network = ClientAddress.NetworkOf(http);
        if (await http.RequestServices.GetRequiredService<ApiKeyReader>().TryAcceptAsync(text, caller, CorrelationId.Of(http)))
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
