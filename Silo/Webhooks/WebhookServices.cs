using AgentManagement.Grains.Webhooks;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.ServiceDefaults.Webhooks;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.Silo.Webhooks;

internal static class WebhookServices
{
    /// <summary>What sends to webhooks.</summary>
    public static void AddWebhooks(this IServiceCollection services, ServiceSettings settings, SiloSettings silo)
    {
        // Not those of OUTGOING_NETWORKS: where the platform's own services are, no tenant has anything sent.
        var addresses = OutgoingAddresses.Of(settings with { OutgoingNetworks = silo.WebhookNetworks });
        services.TryAddSingleton(new UntrustedAddresses(addresses));
        services.TryAddSingleton(new WebhookOptions(AllowsHttp: !settings.IsProduction, addresses.MayBeCalled));
        services.TryAddSingleton(WebhookSecrets.Of(settings));
        services.AddSingleton<SqlWebhookStore>();
        services.AddSingleton<IWebhookStore>(provider => provider.GetRequiredService<SqlWebhookStore>());
        services.AddSingleton<IWebhookPost, WebhookHttp>();
    }
}
