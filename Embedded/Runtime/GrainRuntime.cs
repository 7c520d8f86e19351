using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>Where references come from and where their calls go.</summary>
internal sealed class GrainRuntime : IClusterClient
{
    // As in Orleans, calls from outside of grains have a source too, one for which IsClient() holds.
    private static readonly GrainId client = GrainId.Create(GrainTypePrefix.ClientPrefix, "hosted");
    private readonly Lazy<GrainClasses> classes = new(() => new(ApplicationAssemblies.Find()));
    private readonly Lazy<IIncomingGrainCallFilter[]> filters;

    public GrainRuntime(
        IServiceProvider services,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        ILogger<GrainRuntime> log)
    {
        ServiceProvider = services;
        Clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Messaging = messaging.Value;
        Collection = collection.Value;
        Log = log;
        Catalog = new(this);
        filters = new(() => [.. services.GetServices<IIncomingGrainCallFilter>()]); // Filters may themselves want the grain factory.
    }

    /// <summary>What is served; it only ever goes down.</summary>
    public enum Service
    {
        Everyone,
        GrainsOnly,
        Nobody,
    }

    public IServiceProvider ServiceProvider { get; }

    public TimeProvider Clock { get; }

    public SiloMessagingOptions Messaging { get; }

    public GrainCollectionOptions Collection { get; }

    public ILogger Log { get; }

    public Catalog Catalog { get; }

    public GrainClasses Classes => classes.Value;

    public IIncomingGrainCallFilter[] Filters => filters.Value;

    public Service Serving { get; set; }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => (TGrainInterface)GetGrain(typeof(TGrainInterface), primaryKey);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(grainPrimaryKey);
        return (IGrain)(object)GrainReference.Create(
            grainInterfaceType, GrainId.Create(Classes.TypeOf(grainInterfaceType), grainPrimaryKey), this);
    }

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)(object)GrainReference.Create(typeof(TGrainInterface), grainId, this);

    /// <summary>Sends a call on its way.</summary>
    /// <returns>What the interface's method returns.</returns>
    public object Send(GrainId target, GrainMethod method, object?[] arguments)
    {
        var source = RuntimeContext.Current?.GrainId ?? client;
        method.CopyArguments(arguments);
        var call = new GrainCall(method, arguments) { Source = source, Context = CopyContext.Copy(RequestContext.Current) };
        call.GetCancellationToken().ThrowIfCancellationRequested();
        if (Serving == Service.Nobody || (Serving == Service.GrainsOnly && source == client))
        {
            throw new SiloUnavailableException("The silo is stopping.");
        }

        call.StartTimeout(Clock, method.ResponseTimeout ?? Messaging.ResponseTimeout, target);
        call.LinkCancellation();
        Catalog.Dispatch(target, call);
        return call.Awaitable;
    }
}
