using AgentManagement.WebGateway.ApiKeys;
using AgentManagement.WebGateway.Identity;
using AgentManagement.WebGateway.Internal;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Access;

/// <summary>Which bearer tokens are valid.</summary>
internal static class TokenRules
{
    public const string Issuer = "agent-management";
    public const string Audience = "agent-management-api";

    /// <summary>How far clocks may be apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>What holds of every token, whoever makes it.</summary>
    public static void Apply(JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        // What is wrong with a token is nobody's business who does not have a right one.
        options.IncludeErrorDetails = false;
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = AcceptOthersAsync, OnTokenValidated = AcceptCaller, OnAuthenticationFailed = NoteUndecided,
        };
    }

    /// <summary>Tokens of the service's own key.</summary>
    public static void ApplyKey(JwtBearerOptions options, SecurityKey key) =>
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = key,
            ValidateIssuerSigningKey = true,
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = ClockSkew,
            NameClaimType = "sub",
            RoleClaimType = "role",
        };

    /// <summary>What is no token of a person: leaves the request to the handlers of tokens when it is neither.</summary>
    private static async Task AcceptOthersAsync(MessageReceivedContext context)
    {
        await ServiceTokens.Accept(context);
        if (context.Result is null) await ApiKeyTokens.AcceptAsync(context);
    }

    private static Task AcceptCaller(TokenValidatedContext context)
    {
        var accepted = CallerOf(context.HttpContext)
            .TryAccept(context.Principal!, context.SecurityToken.UnsafeToString(), Http.CorrelationId.Of(context.HttpContext));
        if (!accepted) context.Fail("The claims are not usable.");
        return Task.CompletedTask;
    }

    private static Task NoteUndecided(AuthenticationFailedContext context)
    {
        if (context.Exception is IdentityUnavailableException) CallerOf(context.HttpContext).IsUndecided = true;
        return Task.CompletedTask;
    }

    private static CurrentCaller CallerOf(HttpContext http) => http.RequestServices.GetRequiredService<CurrentCaller>();
}
