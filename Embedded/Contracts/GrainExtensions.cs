using Orleans.Runtime;

namespace Orleans;

/// <summary>The identity of grains and of references to them, and what a grain may ask of the runtime for itself.</summary>
public static class GrainExtensions
{
    /// <exception cref="ArgumentException">The object is neither a grain of the runtime nor a reference.</exception>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        GrainReference reference => reference.GrainId,
        IGrainBase { GrainContext: { } context } => context.GrainId,
        _ => throw new ArgumentException($"{grain?.GetType()} has no grain id: it was not made by the runtime.", nameof(grain)),
    };

    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key;

    /// <summary>A reference of the interface to this grain, fit to be passed on.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IGrainBase grain) =>
        ((Activation)grain.GrainContext).CreateReference<TGrainInterface>();

    /// <summary>Ends this activation after the requests that run now; those that wait go to a fresh one.</summary>
    public static void DeactivateOnIdle(this IGrainBase grain) => grain.GrainContext.Deactivate(
        new(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

    /// <summary>Calls back as a turn of this grain, until the timer is disposed or the activation ends.</summary>
    public static IGrainTimer RegisterGrainTimer(
        this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
        ((Activation)grain.GrainContext).RegisterTimer(callback, options);
}
