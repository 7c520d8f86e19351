using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>
/// The silo: where references come from and where their calls go. It starts and stops with its host. To stop is to
/// refuse calls from outside, to let the turns that run or wait finish, and to deactivate every grain, as far as the
/// host's shutdown timeout allows.
/// </summary>
#pragma warning disable CA1001 // Its meter ends when it stops.
internal sealed class GrainRuntime(
    IServiceProvider services,
    TimeProvider clock,
    IOptions<SiloMessagingOptions> messaging,
    IOptions<GrainCollectionOptions> collection,
    ILogger<GrainRuntime> log) : IClusterClient, IHostedService
{
    // As in Orleans, calls from outside of grains have a source too, one for which IsClient() holds.
    private static readonly GrainId Client = GrainId.Create(GrainTypePrefix.ClientPrefix, "hosted");
    private static readonly GrainId Streams = GrainId.Create("sys.svc.stream.agent", "memory");
    private static readonly Task<object?> NoAnswer = Task.FromResult<object?>(null);
    private volatile Stage _stage;
    private ITimer? _collector;
    private Meter? _meter;

    private enum Stage
    {
        Starting,
        Serving,
        ServingGrainsOnly,
        Stopped,
    }

    public IServiceProvider ServiceProvider => services;

    /// <summary>The grain in whose turn the current code runs, or the client.</summary>
    public static GrainId CurrentCaller => TurnScheduler.Current?.GrainId ?? Client;

    public TimeProvider Clock => clock;

    public ILogger Log => log;

    public Catalog Catalog { get; private set; } = null!;

    public IIncomingGrainCallFilter[] Filters { get; private set; } = [];

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey)
        where TGrainInterface : IGrainWithStringKey => (TGrainInterface)GetGrain(typeof(TGrainInterface), primaryKey);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(grainPrimaryKey);
        var type = GrainClasses.Implementing(grainInterfaceType).Name;
        return (IGrain)GrainReference.Create(grainInterfaceType, GrainId.Create(type, grainPrimaryKey), this);
    }

    /// <summary>Sends a call on its way.</summary>
    /// <returns>What the interface's method returns.</returns>
    public object Send(GrainId target, GrainMethod method, object?[] arguments)
    {
        ThrowIfUnavailable();
        method.CopyArguments(arguments);
        var request = new Request(method, arguments, method.IsDelivery ? Streams : CurrentCaller, target) { Context = RequestContext.Copy() };
        request.LinkCancellation();
        request.StartTimeout(clock, messaging.Value.ResponseTimeout);
        Catalog.Dispatch(request);
        return method.Give(method.IsOneWay ? NoAnswer : request.Answer);
    }

    /// <exception cref="SiloUnavailableException">Calls of the current code are not taken, or no longer.</exception>
    public void ThrowIfUnavailable()
    {
        if (_stage == Stage.Serving || (_stage == Stage.ServingGrainsOnly && TurnScheduler.Current is not null)) return;
        throw new SiloUnavailableException("The silo has not started or is stopping.");
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Catalog = new(this);
        Filters = [.. services.GetServices<IIncomingGrainCallFilter>()]; // Not earlier: they may want the grain factory.
        var (every, age) = (collection.Value.CollectionQuantum, collection.Value.CollectionAge);
        _collector = clock.CreateTimer(_ => Catalog.DeactivateUnused(age), null, every, every);
        _meter = new("Microsoft.Orleans");
        _meter.CreateObservableGauge("orleans-catalog-activations", () => Catalog.Count, description: "Grains that are activated.");
        _stage = Stage.Serving;
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _collector?.Dispose();
        _meter?.Dispose();
        _stage = Stage.ServingGrainsOnly;
        try
        {
            await Catalog.ShutDownAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("The silo stopped with {Count} grains still active.", Catalog.Count);
        }

        _stage = Stage.Stopped;
    }
}
