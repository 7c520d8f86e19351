namespace Orleans.Runtime;

/// <summary>An activation as its grain sees it.</summary>
public interface IGrainContext
{
    GrainReference GrainReference { get; }

    GrainId GrainId { get; }

    /// <summary>The grain object; null until it is constructed.</summary>
    object? GrainInstance { get; }

    /// <summary>Services whose scope is this activation.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes when the activation has ended. Do not await it in its own turns.</summary>
    Task Deactivated { get; }

    /// <summary>Ends the activation once its running requests have completed; returns at once.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>Whose turn the current thread runs; null outside of all turns.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? current;

    public static IGrainContext? Current { get => current; set => current = value; }
}
