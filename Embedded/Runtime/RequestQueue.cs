namespace Orleans.Runtime;

/// <summary>
/// Which of an activation's requests may run now. First come, first served, one at a time, except that a request may
/// join those that run when it interleaves always, or when it and they are all read-only. As in Orleans, it does not
/// matter what waits: read-only requests that overlap without end keep a write waiting. Not thread-safe.
/// </summary>
internal sealed class RequestQueue
{
    private readonly LinkedList<Request> waiting = new();
    private int waitingToInterleave;
    private int runningInterleaved;
    private int runningReads;
    private int runningWrites;

    public int Running => runningInterleaved + runningReads + runningWrites;

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
        if (runningWrites > 0 && waitingToInterleave == 0) return null;
        for (var node = waiting.First; node is not null; node = node.Next)
        {
            var request = node.Value;
            if (!MayStart(request)) continue;
            waiting.Remove(node);
            if (request.IsAlwaysInterleave) waitingToInterleave--;
            RunningOf(request)++;
            return request;
        }

        return null;
    }

    public void Complete(Request request) => RunningOf(request)--;

    /// <summary>Takes everything that waits.</summary>
    public Request[] Drain()
    {
        Request[] all = [.. waiting];
        waiting.Clear();
        waitingToInterleave = 0;
        return all;
    }

    private bool MayStart(Request request) =>
        request.IsAlwaysInterleave || (runningWrites == 0 && (request.IsReadOnly || runningReads == 0));

    private ref int RunningOf(Request request)
    {
        if (request.IsAlwaysInterleave) return ref runningInterleaved;
        if (request.IsReadOnly) return ref runningReads;
        return ref runningWrites;
    }
}
