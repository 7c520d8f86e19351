using AgentManagement.Tools;
using AgentManagement.WebGateway.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.Silo.ToolRegistry;

internal static class ToolRegistryServices
{
    /// <summary>The registry at TOOL_REGISTRY_URL, where that is set.</summary>
    public static void AddToolRegistry(this IServiceCollection services, ServiceSettings settings)
    {
        if (settings.ToolRegistryUrl is null)
        {
            services.TryAddSingleton<IToolRegistry, NoToolRegistry>();
            return;
        }
        services.TryAddSingleton<IToolRegistry, CachedToolRegistry>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ToolRegistryClient>(provider, settings));
        services.AddSingleton(provider => KnownTool.CreateCache(provider.GetRequiredService<TimeProvider>()));
        if (settings.RedisUri is null) return;
        services.AddSingleton<PromptToolChecks>();
        services.AddHostedService<ToolRegistryNotifications>();
    }

    /// <summary>What starts checks in this process when the registry says something.</summary>
    public static void AddPromptToolChecks(this IServiceCollection services, ServiceSettings settings)
    {
        if (settings is not { ToolRegistryUrl: not null, RedisUri: not null }) return;
        services.AddHostedService(provider => provider.GetRequiredService<PromptToolChecks>());
    }
}
