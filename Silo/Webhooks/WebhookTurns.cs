namespace AgentManagement.Silo.Webhooks;

/// <summary>
/// Bounds how many requests a silo makes to receivers of webhooks at once. Who has the fewest under way is next, so that a tenant whose
/// receivers are slow waits for itself.
/// </summary>
internal sealed class WebhookTurns(int max)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly LinkedList<(string TenantId, TaskCompletionSource Turn)> _waiting = [];
    private int _count;

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>Waits for a turn, which ends when what is returned is disposed of.</summary>
    public async Task<IDisposable> EnterAsync(string tenantId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_count < max)
            {
                Begin(tenantId);
                return new Turn(this, tenantId);
            }
            _waiting.AddLast((tenantId, turn));
        }
        await using var leaving = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
        return new Turn(this, tenantId);
    }

    private void Begin(string tenantId)
    {
        _count++;
        _running[tenantId] = _running.GetValueOrDefault(tenantId) + 1;
    }

    private void End(string tenantId)
    {
        lock (_lock)
        {
            _count--;
            if (--_running[tenantId] == 0) _running.Remove(tenantId);
            while (_count < max && _waiting.Count > 0)
            {
                var next = _waiting.First!;
                for (var other = next.Next; other is not null; other = other.Next)
                {
                    if (RunningOf(other) < RunningOf(next)) next = other;
                }
                _waiting.Remove(next);
                // Those who wait no longer are passed over.
                if (next.Value.Turn.TrySetResult()) Begin(next.Value.TenantId);
            }
        }

        int RunningOf(LinkedListNode<(string TenantId, TaskCompletionSource Turn)> node) => _running.GetValueOrDefault(node.Value.TenantId);
    }

    private sealed class Turn(WebhookTurns turns, string tenantId) : IDisposable
    {
        private int _hasEnded;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _hasEnded, 1) == 0) turns.End(tenantId);
        }
    }
}
