namespace Orleans.Runtime;

/// <summary>
/// Which of an activation's requests may run now. First come, first served, one at a time, except that a request may
/// join those that run when it interleaves always, or when it and they are all read-only. A read-only request
/// overtakes a waiting write only while the read that began first still runs, so that writes are never starved.
/// Not thread-safe.
/// </summary>
internal sealed class RequestQueue(bool reentrant)
{
    private readonly LinkedList<Request> waiting = [];
    private Request? blocking;
    private int readers;
    private int writers;
    private int waitingToInterleave;

    public int Running { get; private set; }

    public int Waiting => waiting.Count;

    public bool IsEmpty => Running == 0 && waiting.Count == 0;

    public void Add(Request request)
    {
        waiting.AddLast(request);
        waitingToInterleave += Interleaves(request) ? 1 : 0;
    }

    /// <summary>Takes the next request that may start; null when all that wait must go on waiting.</summary>
    public Request? TakeNext()
    {
        if (writers > 0 && waitingToInterleave == 0)
        {
            return null; // Spares a busy grain with a long queue the search.
        }

        for (var node = waiting.First; node is not null; node = node.Next)
        {
            if (MayStart(node.Value, isFirst: node.Previous is null))
            {
                waiting.Remove(node);
                Start(node.Value);
                return node.Value;
            }
        }

        return null;
    }

    public void Complete(Request request)
    {
        Running--;
        if (Interleaves(request))
        {
            return;
        }

        if (request.IsReadOnly)
        {
            readers--;
        }
        else
        {
            writers--;
        }

        if (ReferenceEquals(blocking, request))
        {
            blocking = null;
        }
    }

    /// <summary>Takes everything that waits.</summary>
    public Request[] Drain()
    {
        Request[] all = [.. waiting];
        waiting.Clear();
        waitingToInterleave = 0;
        return all;
    }

    private bool Interleaves(Request request) => reentrant || request.IsAlwaysInterleave;

    private bool MayStart(Request request, bool isFirst) =>
        Interleaves(request)
        || (isFirst && readers + writers == 0)
        || (request.IsReadOnly && writers == 0 && (isFirst || blocking is not null));

    private void Start(Request request)
    {
        Running++;
        if (Interleaves(request))
        {
            waitingToInterleave--;
            return;
        }

        blocking ??= request;
        if (request.IsReadOnly)
        {
            readers++;
        }
        else
        {
            writers++;
        }
    }
}
