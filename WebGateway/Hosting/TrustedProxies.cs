using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.WebGateway.Settings;
using Microsoft.AspNetCore.HttpOverrides;

namespace AgentManagement.WebGateway.Hosting;

internal static class TrustedProxies
{
    /// <summary>
    /// Believes <c>X-Forwarded-For</c> as far as it was written by the proxies of TRUSTED_PROXIES, and not at all without any:
    /// whoever else writes it names an address of their liking.
    /// </summary>
    public static void UseTrustedProxies(this WebApplication app, GatewaySettings settings, bool isProduction)
    {
        if (settings.TrustedProxies.IsEmpty)
        {
            if (isProduction)
            {
                app.Logger.LogWarning(
                    LogEvents.NoTrustedProxies,
                    "There are no TRUSTED_PROXIES: behind a proxy all clients have its address, and guesses of one count for all");
            }
            return;
        }
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in settings.TrustedProxies) options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}
