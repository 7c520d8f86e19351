using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Microsoft.Extensions.Hosting;

/// <summary>Makes a host a silo of one process.</summary>
public static class OrleansSiloGenericHostExtensions
{
    public static IHostApplicationBuilder UseOrleans(this IHostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
    {
        hostAppBuilder.Services.AddSilo(hostAppBuilder.Configuration, configureDelegate);
        return hostAppBuilder;
    }

    public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<HostBuilderContext, ISiloBuilder> configureDelegate) =>
        hostBuilder.ConfigureServices((context, services) =>
            services.AddSilo(context.Configuration, silo => configureDelegate(context, silo)));

    public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<ISiloBuilder> configureDelegate) =>
        hostBuilder.UseOrleans((_, silo) => configureDelegate(silo));

    private static void AddSilo(this IServiceCollection services, IConfiguration configuration, Action<ISiloBuilder> configureDelegate)
    {
        if (!services.Any(service => service.ServiceType == typeof(GrainRuntime)))
        {
            services.AddOptions();
            services.AddLogging();
            services.AddSingleton<GrainRuntime>();
            services.AddSingleton<IClusterClient>(static provider => provider.GetRequiredService<GrainRuntime>());
            services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<GrainRuntime>());
            services.AddTransient(static _ => RuntimeContext.Current
                ?? throw new InvalidOperationException("IGrainContext is available only in a grain's turns."));
            services.AddHostedService<SiloHostedService>();
            services.TryAddSingleton(TimeProvider.System);
        }

        configureDelegate(new SiloBuilder(services, configuration));
    }
}
