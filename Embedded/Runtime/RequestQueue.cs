namespace Orleans.Runtime;

/// <summary>
/// Which of an activation's requests may run now. First come, first served, one at a time, except that a request may
/// join those that run when it interleaves always, or when it and they are all read-only. A read-only request
/// overtakes a waiting write only while the read that began first still runs, so that writes are never starved.
/// Not thread-safe.
/// </summary>
internal sealed class RequestQueue
{
    private readonly LinkedList<Request> waiting = new();
    private Request? beganFirst;
    private int waitingToInterleave;
    private int runningInterleaved;
    private int runningInOrder;

    public int Running => runningInterleaved + runningInOrder;

    public int Waiting => waiting.Count;

    public bool IsEmpty => Running + Waiting == 0;

    public void Add(Request request)
    {
        waiting.AddLast(request);
        if (request.IsAlwaysInterleave) waitingToInterleave++;
    }

    /// <summary>Takes the next request that may start; null when all that wait must go on waiting.</summary>
    public Request? TakeNext()
    {
        // Spares a busy grain with a long queue the search.
        if (beganFirst is { IsReadOnly: false } && waitingToInterleave == 0) return null;
        for (var node = waiting.First; node is not null; node = node.Next)
        {
            if (!MayStart(node.Value, isFirst: node.Previous is null)) continue;
            waiting.Remove(node);
            Start(node.Value);
            return node.Value;
        }

        return null;
    }

    public void Complete(Request request)
    {
        if (request.IsAlwaysInterleave) runningInterleaved--;
        else runningInOrder--;
        if (ReferenceEquals(beganFirst, request)) beganFirst = null;
    }

    /// <summary>Takes everything that waits.</summary>
    public Request[] Drain()
    {
        Request[] all = [.. waiting];
        waiting.Clear();
        waitingToInterleave = 0;
        return all;
    }

    // Where requests run but the first of them has completed, they are all reads.
    private bool MayStart(Request request, bool isFirst) =>
        request.IsAlwaysInterleave || runningInOrder == 0 || (request.IsReadOnly && (beganFirst?.IsReadOnly ?? isFirst));

    private void Start(Request request)
    {
        if (request.IsAlwaysInterleave)
        {
            waitingToInterleave--;
            runningInterleaved++;
        }
        else if (runningInOrder++ == 0)
        {
            beganFirst = request;
        }
    }
}
