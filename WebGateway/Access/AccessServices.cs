using AgentManagement.Client.Hosting;
using AgentManagement.WebGateway.Internal;
using AgentManagement.WebGateway.Settings;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace AgentManagement.WebGateway.Access;

internal static class AccessServices
{
    /// <summary>Tokens, permissions and the caller.</summary>
    public static void AddAccess(this IServiceCollection services, ServiceSettings settings)
    {
        var key = SigningKey.Of(settings);
        services.AddSingleton(provider => new TokenIssuer(key, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TokenReader>();
        services.AddSingleton<RevokedTokens>();
        if (settings.RedisUri is { } redis)
        {
            services.AddRedisConnection(redis);
            services.AddHostedService<IdentityNotifications>();
        }
        services.AddScoped<CurrentCaller>();
        services.AddGrainCalls();
        services.AddSingleton<GrainClient>();
        services.AddScoped<CallerGrains>();
        services.AddScoped<PlatformGrains>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options => TokenRules.Apply(options, key));
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessProblems>();
    }
}
