using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>
/// The activations of one grain: one, or up to the limit of a stateless worker. Every request goes through here, so
/// that an activation that ends and the one that follows it never overlap.
/// </summary>
internal sealed class ActivationSet(GrainId grainId, GrainClass grainClass, Catalog catalog, GrainRuntime runtime)
{
    private readonly Lock gate = new();
    private readonly List<Activation> activations = new(1);
    private bool removed;

    public GrainId GrainId => grainId;

    public GrainClass GrainClass => grainClass;

    public Activation[] Snapshot()
    {
        lock (gate)
        {
            return [.. activations];
        }
    }

    /// <returns>False when the set has left the catalog: the caller must ask the catalog again.</returns>
    public bool TryDispatch(Request request)
    {
        lock (gate)
        {
            if (!removed)
            {
                Choose(request).Receive(request);
            }

            return !removed;
        }
    }

    /// <summary>Forgets an activation that ended. What waited there goes to another, or gets the failure.</summary>
    public void Remove(Activation activation, Exception? failure)
    {
        var refused = new List<Request>();
        lock (gate)
        {
            activations.Remove(activation);
            foreach (var request in activation.Drain())
            {
                if (failure is not null || request.ForwardCount++ >= runtime.Messaging.MaxForwardCount)
                {
                    refused.Add(request);
                }
                else
                {
                    Choose(request).Receive(request);
                }
            }

            if (activations.Count == 0)
            {
                removed = true;
                catalog.Remove(this);
            }
        }

        foreach (var request in refused)
        {
            request.Complete(Response.FromException(failure ?? new OrleansMessageRejectionException(
                $"The request waited for {grainId} while {request.ForwardCount} activations of it ended.")));
        }
    }

    private Activation Choose(Request request)
    {
        if (activations.Count > 0 && grainClass.MaxActivations == 1)
        {
            return activations[0];
        }

        var chosen = activations.Find(activation => activation.IsInactive)
            ?? (activations.Count < grainClass.MaxActivations ? null : activations.MinBy(activation => activation.Waiting));
        if (chosen is null)
        {
            chosen = new(this, runtime, request.Context);
            activations.Add(chosen);
        }

        return chosen;
    }
}
