using System.Reflection;

namespace Orleans.Runtime;

/// <summary>A grain as others see it: calls of its interface's methods become requests. Equal by grain id.</summary>
public class GrainReference : DispatchProxy, IAddressable, IEquatable<GrainReference>
{
    public GrainId GrainId { get; private set; }

    internal GrainRuntime Runtime { get; private set; } = null!;

    public static bool operator ==(GrainReference? left, GrainReference? right) => Equals(left, right);

    public static bool operator !=(GrainReference? left, GrainReference? right) => !Equals(left, right);

    public TGrainInterface Cast<TGrainInterface>() =>
        this is TGrainInterface same ? same : (TGrainInterface)(object)Create(typeof(TGrainInterface), GrainId, Runtime);

    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"GrainReference:{GrainId}";

    internal static GrainReference Create(Type interfaceType, GrainId grainId, GrainRuntime runtime)
    {
        var reference = (GrainReference)Create(interfaceType, typeof(GrainReference));
        reference.GrainId = grainId;
        reference.Runtime = runtime;
        return reference;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Runtime.Send(GrainId, GrainMethod.For(targetMethod!), args ?? []);
}
