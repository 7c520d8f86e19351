using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>All activations of the process, by grain.</summary>
internal sealed class Catalog(GrainRuntime runtime)
{
    private readonly ConcurrentDictionary<GrainId, ActivationSet> sets = new();

    /// <summary>How many grains have activations.</summary>
    public int Count => sets.Count;

    /// <summary>Whether no request runs or waits anywhere.</summary>
    public bool IsIdle => Activations().All(activation => activation.WhenIdle().IsCompleted);

    public void Dispatch(GrainId grainId, Request request)
    {
        while (!sets.GetOrAdd(grainId, Create, this).TryDispatch(request))
        {
        }
    }

    public void Remove(ActivationSet set) => sets.TryRemove(new(set.GrainId, set));

    public void DeactivateUnused(TimeSpan age)
    {
        foreach (var activation in Activations())
        {
            activation.DeactivateIfUnused(age);
        }
    }

    /// <summary>Lets all work finish, then ends every activation, until none is left.</summary>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task ShutDownAsync(CancellationToken cancellationToken)
    {
        while (Activations() is { Length: > 0 } activations)
        {
            await Task.WhenAll(activations.Select(activation => activation.WhenIdle())).WaitAsync(cancellationToken);
            if (!IsIdle)
            {
                continue; // One gave work to another meanwhile.
            }

            Array.ForEach(activations, activation => activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The silo stops.")));
            await Task.WhenAll(activations.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken);
        }
    }

    private static ActivationSet Create(GrainId grainId, Catalog catalog) =>
        new(grainId, catalog.Runtime.Classes.Find(grainId.Type), catalog, catalog.Runtime);

    private GrainRuntime Runtime => runtime;

    private Activation[] Activations() => [.. sets.Values.SelectMany(set => set.Snapshot())];
}
