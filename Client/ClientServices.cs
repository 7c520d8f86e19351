using Microsoft.Extensions.DependencyInjection;

namespace AgentManagement.Client;

/// <summary>Adds the client to an application.</summary>
public static class ClientServices
{
    private const string Name = "AgentManagement";

    /// <summary>Adds an <see cref="AgentManagementClient"/> over <see cref="IHttpClientFactory"/>.</summary>
    public static IHttpClientBuilder AddAgentManagement(this IServiceCollection services, Action<AgentManagementOptions> configure)
    {
        var options = new AgentManagementOptions();
        configure(options);
        if (options.Address is not { IsAbsoluteUri: true } address)
        {
            throw new ArgumentException("Address must be the service's, such as https://agents.example.", nameof(configure));
        }
        services.AddSingleton(provider => new AgentManagementClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(Name), options, provider.GetService<TimeProvider>()));
        return services.AddHttpClient(Name, http =>
        {
            http.BaseAddress = address.OriginalString.EndsWith('/') ? address : new Uri($"{address.OriginalString}/");
            // Each attempt has its own; a feed has none.
            http.Timeout = Timeout.InfiniteTimeSpan;
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            // A token is for this address only. Names may come to mean other addresses while the client lives.
            AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        });
    }
}
