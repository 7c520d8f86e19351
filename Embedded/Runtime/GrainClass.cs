using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>A grain class: how its activations are made and how many there may be.</summary>
internal sealed class GrainClass
{
    private readonly ParameterInfo[] _states;
    private readonly ObjectFactory _factory;

    public GrainClass(Type type)
    {
        Type = type;
        MaxActivations = type.GetCustomAttribute<StatelessWorkerAttribute>()?.MaxLocalWorkers ?? 1;
        _states = [.. type.GetConstructors()[0].GetParameters().Where(parameter => parameter.IsDefined(typeof(PersistentStateAttribute)))];
        _factory = ActivatorUtilities.CreateFactory(type, Array.ConvertAll(_states, parameter => parameter.ParameterType));
    }

    public Type Type { get; }

    /// <summary>The grain type in ids, by Orleans' convention.</summary>
    public string Name => Type.Name.ToLowerInvariant() is var name && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^5] : name;

    public int MaxActivations { get; }

    /// <summary>The namespaces of the streams that the class consumes without being asked.</summary>
    public IEnumerable<string> StreamNamespaces =>
        Type.GetCustomAttributes<ImplicitStreamSubscriptionAttribute>().Select(attribute => attribute.StreamNamespace);

    /// <summary>Constructs a grain with its states, which are still to be read.</summary>
    public (Grain Grain, StoredState[] States) Create(Activation activation)
    {
        var stored = Array.ConvertAll(_states, parameter => StoredState.Create(parameter, activation));
        return ((Grain)_factory(activation.ActivationServices, stored), stored);
    }
}
