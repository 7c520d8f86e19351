using AgentManagement.Client.Hosting;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.ApiKeys;
using AgentManagement.WebGateway.Changes;
using AgentManagement.WebGateway.Identity;
using AgentManagement.WebGateway.Internal;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Settings;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace AgentManagement.WebGateway.Access;

internal static class AccessServices
{
    /// <summary>Tokens, permissions and the caller.</summary>
    public static void AddAccess(this IServiceCollection services, ServiceSettings settings, GatewaySettings gateway)
    {
        services.AddSingleton<TokenReader>();
        services.AddSingleton<TokenWatch>();
        services.AddSingleton<RevokedTokens>();
        services.AddSingleton(provider => Introspection.CreateCache(provider.GetRequiredService<TimeProvider>()));
        if (settings.RedisUri is { } redis)
        {
            services.AddRedisConnection(redis);
            services.AddHostedService<IdentityNotifications>();
            services.AddHostedService<ApiKeyNotifications>();
        }
        services.AddSingleton<ApiKeyChanges>();
        services.AddSingleton(provider => KnownApiKey.CreateCache(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ApiKeyGuesses(
            provider.GetService<IRequestCounter>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ApiKeyReader>();
        services.AddSingleton(provider => new Lazy<ApiKeyReader>(provider.GetRequiredService<ApiKeyReader>));
        services.AddScoped<CurrentCaller>();
        services.AddGrainCallFilter();
        services.AddScoped<CallerGrains>();
        services.AddSingleton<TenantFeeds>();
        services.AddScoped<PlatformGrains>();
        services.AddScoped<InternalReads>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(TokenRules.Apply);
        if (gateway.IdentityServiceUrl is { } identity) services.AddIdentity(identity);
        else services.AddOwnTokens(settings, gateway);
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessProblems>();
    }

    private static void AddOwnTokens(this IServiceCollection services, ServiceSettings settings, GatewaySettings gateway)
    {
        var key = SigningKey.Of(settings, gateway);
        services.AddSingleton(provider => new TokenIssuer(key, provider.GetRequiredService<TimeProvider>()));
        services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options => TokenRules.ApplyKey(options, key));
    }
}
