using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>All activations of the process: one for each key, or up to the limit of a stateless worker.</summary>
internal sealed class Catalog(GrainRuntime runtime)
{
    private readonly ConcurrentDictionary<(GrainId GrainId, int Worker), Activation> _activations = new();

    public int Count => _activations.Count;

    /// <summary>Whether no request runs or waits anywhere.</summary>
    public bool IsIdle => _activations.Values.All(activation => activation.IsIdle);

    public void Dispatch(Request request)
    {
        var grainClass = GrainClasses.Find(request.TargetId.Type);
        if (grainClass.MaxActivations == 1)
        {
            Deliver(request, 0, grainClass);
            return;
        }

        // Under a lock, so that two requests do not choose the same free worker.
        lock (grainClass)
        {
            Deliver(request, LeastBusy(request.TargetId, grainClass.MaxActivations), grainClass);
        }
    }

    public void Remove(Activation activation) =>
        _activations.TryRemove(new KeyValuePair<(GrainId, int), Activation>((activation.GrainId, activation.Worker), activation));

    public void DeactivateUnused(TimeSpan age)
    {
        foreach (var activation in _activations.Values) activation.DeactivateIfUnused(age);
    }

    /// <summary>Lets all work finish, then ends every activation, until none is left.</summary>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task ShutDownAsync(CancellationToken cancellationToken)
    {
        // It looks again and again: a silo stops once, and so no call pays for being watched.
        while (!_activations.IsEmpty)
        {
            if (IsIdle)
            {
                foreach (var activation in _activations.Values) activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The silo stops."));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }
    }

    private void Deliver(Request request, int worker, GrainClass grainClass)
    {
        Activation activation;
        do
        {
            activation = _activations.GetOrAdd(
                (request.TargetId, worker), static (key, to) => new(key.GrainId, key.Worker, to.grainClass, to.runtime), (grainClass, runtime));
        }
        while (!activation.TryReceive(request));
    }

    // The first of those that are as free; one that is not there yet is free.
    private int LeastBusy(GrainId grainId, int count) => Enumerable.Range(0, count).MinBy(
        worker => _activations.TryGetValue((grainId, worker), out var activation) ? activation.Load : 0);
}
