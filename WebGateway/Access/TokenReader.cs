using AgentManagement.WebGateway.ApiKeys;
using AgentManagement.WebGateway.Identity;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Access;

/// <summary>Verifies a token that did not come in the Authorization header, or once more, by the same rules.</summary>
/// <param name="options">How tokens are verified.</param>
/// <param name="keys">How API keys are; made when the first one comes, since it needs the silos.</param>
internal sealed class TokenReader(IOptionsMonitor<JwtBearerOptions> options, Lazy<ApiKeyReader> keys)
{
    /// <summary>Makes the token's owner the caller; false when the token is not valid, or that cannot be decided.</summary>
    public async Task<bool> TryAcceptAsync(string token, CurrentCaller caller, string correlationId)
    {
        if (ApiKeyText.IsMeant(token)) return await keys.Value.TryAcceptAsync(token, caller, correlationId);
        var result = await VerifyAsync(token);
        caller.IsUndecided = result.Exception is IdentityUnavailableException;
        return result.IsValid && caller.TryAccept(new(result.ClaimsIdentity), token, correlationId);
    }

    /// <summary>Why the caller's token is not good any more; null while it is.</summary>
    public async Task<string?> FindFaultAsync(CurrentCaller caller)
    {
        if (caller.IsOfApiKey) return await keys.Value.FindFaultAsync(caller);
        var result = await VerifyAsync(caller.Token!);
        if (result.Exception is IdentityUnavailableException) return TokenWatch.IdentityUnavailable;
        return result.IsValid && caller.IsStill(result.ClaimsIdentity) ? null : TokenWatch.Revoked;
    }

    private async Task<TokenValidationResult> VerifyAsync(string token)
    {
        var bearer = options.Get(JwtBearerDefaults.AuthenticationScheme);
        var result = new TokenValidationResult();
        foreach (var handler in bearer.TokenHandlers)
        {
            result = await handler.ValidateTokenAsync(token, bearer.TokenValidationParameters);
            if (result.IsValid) break;
        }
        return result;
    }
}
