using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>The grain classes of the application, found once by looking through its assemblies.</summary>
internal static class GrainClasses
{
    private static readonly string Product = typeof(GrainClasses).Assembly.GetName().Name!.Split('.')[0];

    private static readonly Lazy<Dictionary<string, GrainClass>> Classes = new(() => FindAssemblies()
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(Grain)))
        .Select(type => new GrainClass(type))
        .ToDictionary(grainClass => grainClass.Name)); // Throws where two classes have the same name.

    private static readonly ConcurrentDictionary<Type, GrainClass> ByInterface = new();

    private static readonly ConcurrentDictionary<string, GrainClass[]> Subscribed = new();

    public static GrainClass Find(string name) =>
        Classes.Value.TryGetValue(name, out var found) ? found : throw new ArgumentException($"There is no grain type \"{name}\".");

    /// <exception cref="ArgumentException">No class, or more than one, implements the interface.</exception>
    public static GrainClass Implementing(Type interfaceType) => ByInterface.GetOrAdd(interfaceType, static type =>
    {
        var found = Classes.Value.Values.Where(grainClass => grainClass.Type.IsAssignableTo(type)).ToArray();
        return found.Length == 1 ? found[0] : throw new ArgumentException($"{found.Length} grain classes implement {type}, not one.");
    });

    /// <summary>The classes that consume the streams of a namespace.</summary>
    public static GrainClass[] SubscribedTo(string streamNamespace) => Subscribed.GetOrAdd(
        streamNamespace, static name => [.. Classes.Value.Values.Where(grainClass => grainClass.StreamNamespaces.Contains(name))]);

    // The loaded assemblies of this product and all of it that they refer to, so that what is found does not depend on
    // what happened to be loaded first.
    private static HashSet<Assembly> FindAssemblies()
    {
        var found = new HashSet<Assembly>();
        var open = new Stack<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => IsOfProduct(assembly.GetName())));
        while (open.TryPop(out var assembly))
        {
            if (!found.Add(assembly)) continue;
            foreach (var reference in assembly.GetReferencedAssemblies().Where(IsOfProduct)) open.Push(Assembly.Load(reference));
        }

        return found;
    }

    private static bool IsOfProduct(AssemblyName name) => name.Name!.StartsWith(Product + ".", StringComparison.Ordinal);
}
