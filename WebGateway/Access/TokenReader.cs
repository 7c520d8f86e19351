using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace AgentManagement.WebGateway.Access;

/// <summary>Verifies a token that did not come in the Authorization header, by the same rules.</summary>
internal sealed class TokenReader(IOptionsMonitor<JwtBearerOptions> options)
{
    /// <summary>Makes the token's owner the caller; false when the token is not valid.</summary>
    public async Task<bool> TryAcceptAsync(string token, CurrentCaller caller, string correlationId)
    {
        var bearer = options.Get(JwtBearerDefaults.AuthenticationScheme);
        foreach (var handler in bearer.TokenHandlers)
        {
            var result = await handler.ValidateTokenAsync(token, bearer.TokenValidationParameters);
            if (result.IsValid) return caller.TryAccept(new(result.ClaimsIdentity), correlationId);
        }
        return false;
    }
}
