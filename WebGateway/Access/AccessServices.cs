using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Health;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.ApiKeys;
using AgentManagement.WebGateway.Changes;
using AgentManagement.WebGateway.Identity;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Settings;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Access;

internal static class AccessServices
{
    /// <summary>Tokens, permissions and the caller.</summary>
    public static void AddAccess(this IServiceCollection services, ServiceSettings settings, GatewaySettings gateway)
    {
        services.AddSingleton<TokenReader>();
        services.AddSingleton<KnownTokens>();
        services.AddSingleton<TokenWatch>();
        services.AddSingleton<RevokedTokens>();
        var key = new SymmetricSecurityKey(SecretKey.Of(settings));
        services.AddSingleton(provider => Introspection.CreateCache(
            provider.GetRequiredService<TimeProvider>(),
            SharedAnswers.Of(provider, "introspections", Introspection.FallbackTime, key.Key)));
        if (settings.RedisUri is { } redis)
        {
            services.AddRedisConnection(redis);
            services.AddSingleton<StoredRevocations>();
            services.AddHostedService<IdentityNotifications>();
            services.AddSingleton<IReadinessPart, RevocationReadiness>();
            services.AddHostedService<ApiKeyNotifications>();
            services.AddHostedService<ViewerNotifications>();
        }
        services.AddSingleton<ApiKeyChanges>();
        services.AddSingleton(provider => KnownApiKey.CreateCache(
            provider.GetRequiredService<TimeProvider>(), SharedAnswers.Of(provider, "api-keys", KnownApiKey.FreshTime, key.Key)));
        services.AddSingleton(provider => new CredentialGuesses(
            provider.GetService<IRequestCounter>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<KnownCredentials>();
        services.AddTransient<CredentialGate>();
        services.AddSingleton<ApiKeyReader>();
        services.AddSingleton(provider => new Lazy<ApiKeyReader>(provider.GetRequiredService<ApiKeyReader>));
        services.AddGrainCallFilter();
        services.AddSingleton<TenantFeeds>();
        services.AddSingleton<AgentViewers>();
        if (gateway.IdentityServiceUrl is { } identity) services.AddIdentity(identity);
        else services.AddOwnTokens(key);
        // Callers are known by CallerMiddleware, and permissions decided about by PermissionMiddleware.
        services.Configure<RouteOptions>(routes => routes.SuppressCheckForUnhandledSecurityMetadata = true);
    }

    private static void AddOwnTokens(this IServiceCollection services, SymmetricSecurityKey key)
    {
        services.AddSingleton(provider => new TokenIssuer(key, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ITokenVerifier>(new OwnTokens(key));
    }
}
