namespace AgentManagement.Client;

/// <summary>
/// The last answers that had an ETag, to whom they were given. Bounded by their bytes; those that were not asked for longest go first.
/// </summary>
internal sealed class KnownAnswers(int maxBytes)
{
    private readonly Dictionary<(string Token, string Path), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private readonly Lock _lock = new();
    private long _bytes;

    public Answer? Find(string token, string path)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((token, path), out var node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Answer;
        }
    }

    public void Keep(string token, string path, string tag, byte[] body)
    {
        if (body.Length > maxBytes / 4) return;
        lock (_lock)
        {
            if (_entries.Remove((token, path), out var former)) Forget(former);
            _entries[(token, path)] = _byUse.AddFirst(new Entry((token, path), new(tag, body)));
            _bytes += body.Length;
            while (_bytes > maxBytes && _byUse.Last is { } oldest)
            {
                _entries.Remove(oldest.Value.Key);
                Forget(oldest);
            }
        }
    }

    private void Forget(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _bytes -= node.Value.Answer.Body.Length;
    }

    internal sealed record Answer(string Tag, byte[] Body);

    private sealed record Entry((string Token, string Path) Key, Answer Answer);
}
