using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.WebGateway.Limits;

internal static class LimitServices
{
    private const int MaxAtOnce = 200;

    /// <summary>What refuses requests for their number.</summary>
    public static void AddRequestLimits(this IServiceCollection services, ServiceSettings settings, GatewaySettings gateway)
    {
        services.AddSingleton<BodyMemory>();
        if (!gateway.IsRateLimited) return;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new RequestLimitOptions(gateway.RateLimitIdentityPercent, MaxAtOnce));
        services.AddSingleton<TenantRates>();
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<LocalRequestCounter>();
        if (settings.RedisUri is null) services.TryAddSingleton<IRequestCounter>(provider =>
            provider.GetRequiredService<LocalRequestCounter>());
        else services.TryAddSingleton<IRequestCounter>(provider =>
            ActivatorUtilities.CreateInstance<RedisRequestCounter>(provider, PrefixOf(settings.ClusterId)));
    }

    public static void UseRequestLimits(this IApplicationBuilder app, GatewaySettings gateway)
    {
        if (gateway.IsRateLimited) app.UseMiddleware<RequestLimitMiddleware>();
    }

    /// <summary>Reads bodies, and then takes places.</summary>
    public static void UseBodies(this IApplicationBuilder app, GatewaySettings gateway)
    {
        app.UseMiddleware<BodyMiddleware>();
        if (gateway.IsRateLimited) app.UseMiddleware<ConcurrencyMiddleware>();
    }

    private static string PrefixOf(string clusterId) =>
        clusterId == ClusterNames.DefaultClusterId ? "agent.management.rates" : $"agent.management.rates.{clusterId}";
}
