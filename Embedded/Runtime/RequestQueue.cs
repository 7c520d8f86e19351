namespace Orleans.Runtime;

/// <summary>
/// Which of an activation's requests may run now. First come, first served, one at a time, except that a request may
/// join those that run when it interleaves always, or when it and they are all read-only. As in Orleans, it does not
/// matter what waits: read-only requests that overlap without end keep a write waiting. Not thread-safe.
/// </summary>
internal sealed class RequestQueue
{
    private readonly LinkedList<Request> _waiting = new();
    private int _waitingToInterleave;
    private int _runningInterleaved;
    private int _runningReads;
    private int _runningWrites;

    public int Running => _runningInterleaved + _runningReads + _runningWrites;

    public int Waiting => _waiting.Count;

    public bool IsEmpty => Running + Waiting == 0;

    public void Add(Request request)
    {
        _waiting.AddLast(request);
        if (request.IsAlwaysInterleave) _waitingToInterleave++;
    }

    /// <summary>Takes the next request that may start; null when all that wait must go on waiting.</summary>
    public Request? TakeNext()
    {
        // Spares a busy grain with a long queue the search.
        if (_runningWrites > 0 && _waitingToInterleave == 0) return null;
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            var request = node.Value;
            if (!MayStart(request)) continue;
            _waiting.Remove(node);
            if (request.IsAlwaysInterleave) _waitingToInterleave--;
            RunningOf(request)++;
            return request;
        }

        return null;
    }

    public void Complete(Request request) => RunningOf(request)--;

    /// <summary>Takes everything that waits.</summary>
    public Request[] Drain()
    {
        Request[] all = [.. _waiting];
        _waiting.Clear();
        _waitingToInterleave = 0;
        return all;
    }

    private bool MayStart(Request request) =>
        request.IsAlwaysInterleave || (_runningWrites == 0 && (request.IsReadOnly || _runningReads == 0));

    private ref int RunningOf(Request request)
    {
        if (request.IsAlwaysInterleave) return ref _runningInterleaved;
        if (request.IsReadOnly) return ref _runningReads;
        return ref _runningWrites;
    }
}
