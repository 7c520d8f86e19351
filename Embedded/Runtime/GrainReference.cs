using System.Reflection;

namespace Orleans.Runtime;

/// <summary>A grain as others see it: calls of its interface's methods become requests. Equal by grain id.</summary>
public class GrainReference : DispatchProxy, IAddressable
{
    private GrainRuntime _runtime = null!;

    internal GrainId GrainId { get; private set; }

    public override bool Equals(object? obj) => obj is GrainReference other && other.GrainId == GrainId;

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"GrainReference:{GrainId}";

    internal static object Create(Type interfaceType, GrainId grainId, GrainRuntime runtime)
    {
        var reference = (GrainReference)Create(interfaceType, typeof(GrainReference));
        (reference.GrainId, reference._runtime) = (grainId, runtime);
        return reference;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _runtime.Send(GrainId, GrainMethod.For(targetMethod!), args ?? []);
}
