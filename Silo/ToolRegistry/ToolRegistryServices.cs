using System.Text;
using AgentManagement.Grains.Tools;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.Silo.ToolRegistry;

internal static class ToolRegistryServices
{
    /// <summary>The registry at TOOL_REGISTRY_URL, where that is set.</summary>
    public static void AddToolRegistry(this IServiceCollection services, ServiceSettings settings, SiloSettings silo)
    {
        if (silo.ToolRegistryUrl is not { } registry)
        {
            services.TryAddSingleton<IToolRegistry, NoToolRegistry>();
            return;
        }
        services.TryAddSingleton<IToolRegistry, CachedToolRegistry>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ToolRegistryClient>(provider, registry));
        services.AddSingleton(provider => KnownTool.CreateCache(
            provider.GetRequiredService<TimeProvider>(),
            // Silos have no SECRET_KEY. In development there may be no token, either: then each asks for itself.
            settings.ServiceToken is { } token
                ? SharedAnswers.Of(provider, "tools", KnownTool.FoundTime, Encoding.UTF8.GetBytes(token)) : null));
        if (settings.RedisUri is null) return;
        services.AddSingleton<IHousekeepingJob, PromptToolChecks>();
        services.AddHostedService<ToolRegistryNotifications>();
    }
}
