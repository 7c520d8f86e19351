using Orleans.Runtime;

namespace Orleans;

/// <summary>The identity of grains and of references to them.</summary>
public static class GrainExtensions
{
    /// <exception cref="ArgumentException">The object is neither a grain of the runtime nor a reference.</exception>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        GrainReference reference => reference.GrainId,
        IGrainBase { GrainContext: { } context } => context.GrainId,
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw new ArgumentException($"{grain.GetType()} has no grain id: it was not made by the runtime.", nameof(grain)),
    };

    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    /// <summary>A reference of the interface to this grain, fit to be passed on.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => grain switch
    {
        GrainReference reference => reference.Cast<TGrainInterface>(),
        IGrainBase { GrainContext: { } context } => context.GrainReference.Cast<TGrainInterface>(),
        _ => throw new ArgumentException($"{grain?.GetType()} has no grain id: it was not made by the runtime.", nameof(grain)),
    };
}
