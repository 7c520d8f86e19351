using System.Reflection;

namespace Orleans.Runtime;

/// <summary>
/// The assemblies that may hold grains: those that refer to this one, among the loaded ones and all that they refer
/// to, so that what is found does not depend on what happened to be loaded first.
/// </summary>
internal static class ApplicationAssemblies
{
    private static readonly string self = typeof(ApplicationAssemblies).Assembly.GetName().Name!;

    public static IReadOnlyCollection<Assembly> Find()
    {
        var seen = new Dictionary<string, Assembly>();
        var open = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic));
        while (open.TryDequeue(out var assembly))
        {
            var name = assembly.GetName().Name!;
            if (IsFramework(name) || !seen.TryAdd(name, assembly))
            {
                continue;
            }

            foreach (var reference in assembly.GetReferencedAssemblies().Where(reference => !IsFramework(reference.Name!)))
            {
                if (!seen.ContainsKey(reference.Name!) && TryLoad(reference) is { } loaded)
                {
                    open.Enqueue(loaded);
                }
            }
        }

        return [.. seen.Values.Where(assembly => assembly.GetReferencedAssemblies().Any(reference => reference.Name == self))];
    }

    private static bool IsFramework(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal);

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException)
        {
            return null; // Referred to, but not shipped: nothing of it can be in use.
        }
    }
}
