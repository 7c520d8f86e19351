using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>A grain class: how its activations are made and how many there may be.</summary>
internal sealed class GrainClass
{
    private readonly ParameterInfo[] states;
    private readonly ObjectFactory factory;

    public GrainClass(Type type)
    {
        Type = type;
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute));
        MaxActivations = type.GetCustomAttribute<StatelessWorkerAttribute>()?.MaxLocalWorkers ?? 1;
        states = type.GetConstructors()
            .Select(constructor => constructor.GetParameters().Where(parameter => parameter.IsDefined(typeof(PersistentStateAttribute))).ToArray())
            .FirstOrDefault(parameters => parameters.Length > 0, []);
        factory = ActivatorUtilities.CreateFactory(type, Array.ConvertAll(states, parameter => parameter.ParameterType));
    }

    public Type Type { get; }

    public GrainType GrainType => GrainType.Create(Name(Type));

    public bool IsReentrant { get; }

    public int MaxActivations { get; }

    public static async ValueTask DisposeAsync(object? grain)
    {
        if (grain is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else
        {
            (grain as IDisposable)?.Dispose();
        }
    }

    /// <summary>Constructs a grain with its states, which are still to be read.</summary>
    public (object Grain, IStorage[] States) Create(IGrainContext context)
    {
        var stored = Array.ConvertAll(states, parameter => CreateState(parameter, context));
        return (factory(context.ActivationServices, stored), stored);
    }

    private static IStorage CreateState(ParameterInfo parameter, IGrainContext context)
    {
        var attribute = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        var type = typeof(StoredState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments()[0]);
        return (IStorage)Activator.CreateInstance(type, attribute.StateName, attribute.StorageName, context)!;
    }

    private static string Name(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.Length > 5 && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^5] : name;
    }
}
