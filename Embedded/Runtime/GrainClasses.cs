using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>The grain classes of the application, found once by looking through its assemblies.</summary>
internal sealed class GrainClasses
{
    private readonly Dictionary<GrainType, GrainClass> classes = [];
    private readonly ConcurrentDictionary<Type, GrainType> byInterface = new();

    /// <exception cref="ArgumentException">Two classes have the same grain type.</exception>
    public GrainClasses(IEnumerable<Assembly> assemblies)
    {
        foreach (var type in assemblies.SelectMany(assembly => assembly.GetTypes()).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            if (type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(IGrainBase)))
            {
                var grainClass = new GrainClass(type);
                if (!classes.TryAdd(grainClass.GrainType, grainClass))
                {
                    throw new ArgumentException(
                        $"{type} and {classes[grainClass.GrainType].Type} have the same grain type, \"{grainClass.GrainType}\".");
                }
            }
        }
    }

    public GrainClass Find(GrainType type) =>
        classes.TryGetValue(type, out var found) ? found : throw new ArgumentException($"There is no grain type \"{type}\".");

    /// <exception cref="ArgumentException">No class, or more than one, implements the interface.</exception>
    public GrainType TypeOf(Type interfaceType) => byInterface.GetOrAdd(interfaceType, type =>
    {
        var found = classes.Values.Where(grainClass => grainClass.Type.IsAssignableTo(type)).ToArray();
        return found.Length == 1
            ? found[0].GrainType
            : throw new ArgumentException(found.Length == 0
                ? $"Could not find an implementation for interface {type}."
                : $"{type} has several implementations: {string.Join(", ", found.Select(grainClass => grainClass.Type))}.");
    });
}
