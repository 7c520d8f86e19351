using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Access;

/// <summary>Which bearer tokens are valid.</summary>
internal static class TokenRules
{
    public const string Issuer = "agent-management";
    public const string Audience = "agent-management-api";

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    public static void Apply(JwtBearerOptions options, SecurityKey key)
    {
        options.MapInboundClaims = false;
        // What is wrong with a token is nobody's business who does not have a right one.
        options.IncludeErrorDetails = false;
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
        options.Events = new JwtBearerEvents { OnTokenValidated = AcceptCaller };
    }

    private static Task AcceptCaller(TokenValidatedContext context)
    {
        var caller = context.HttpContext.RequestServices.GetRequiredService<CurrentCaller>();
        if (!caller.TryAccept(context.Principal!, Http.CorrelationId.Of(context.HttpContext))) context.Fail("The claims are not usable.");
        return Task.CompletedTask;
    }
}
