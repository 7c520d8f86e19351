using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Storage;

namespace Orleans.Hosting;

/// <summary>The parts that a silo can be given.</summary>
public static class SiloBuilderExtensions
{
    public static ISiloBuilder Configure<TOptions>(this ISiloBuilder builder, Action<TOptions> configureOptions)
        where TOptions : class
    {
        builder.Services.Configure(configureOptions);
        return builder;
    }

    public static ISiloBuilder ConfigureServices(this ISiloBuilder builder, Action<IServiceCollection> configureServices)
    {
        configureServices(builder.Services);
        return builder;
    }

    /// <summary>Adds a filter around every call; filters run in the order in which they were added.</summary>
    public static ISiloBuilder AddIncomingGrainCallFilter<TImplementation>(this ISiloBuilder builder)
        where TImplementation : class, IIncomingGrainCallFilter
    {
        builder.Services.AddSingleton<IIncomingGrainCallFilter, TImplementation>();
        return builder;
    }

    /// <inheritdoc cref="AddIncomingGrainCallFilter{TImplementation}(ISiloBuilder)"/>
    public static ISiloBuilder AddIncomingGrainCallFilter(this ISiloBuilder builder, IIncomingGrainCallFilter filter)
    {
        builder.Services.AddSingleton(filter);
        return builder;
    }

    /// <inheritdoc cref="AddIncomingGrainCallFilter{TImplementation}(ISiloBuilder)"/>
    public static ISiloBuilder AddIncomingGrainCallFilter(this ISiloBuilder builder, IncomingGrainCallFilterDelegate filter) =>
        builder.AddIncomingGrainCallFilter(new DelegateFilter(filter));

    /// <summary>States in the tables that Orleans' ADO.NET provider uses, by the SQL of the table OrleansQuery.</summary>
    public static ISiloBuilder AddAdoNetGrainStorage(this ISiloBuilder builder, string name, Action<AdoNetGrainStorageOptions> configureOptions)
    {
        builder.Services.Configure(name, configureOptions);
        builder.Services.AddKeyedSingleton<IGrainStorage>(name, static (services, name) =>
            ActivatorUtilities.CreateInstance<AdoNetGrainStorage>(services, (string)name!));
        return builder;
    }

    /// <summary>States that live as long as the process.</summary>
    public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name)
    {
        builder.Services.AddKeyedSingleton<IGrainStorage>(name, static (services, name) =>
            new MemoryGrainStorage(services.GetKeyedService<IGrainStorageSerializer>(name)
                ?? services.GetService<IGrainStorageSerializer>() ?? new JsonSerializerForMemory()));
        return builder;
    }

    private sealed class DelegateFilter(IncomingGrainCallFilterDelegate filter) : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) => filter(context);
    }
}
