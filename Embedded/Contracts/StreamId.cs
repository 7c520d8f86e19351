namespace Orleans.Runtime;

/// <summary>The identity of a stream within its provider: a namespace, which says what it is a stream of, and a key.</summary>
[Immutable]
public readonly record struct StreamId
{
    private readonly string _namespace;
    private readonly string _key;

    private StreamId(string ns, string key) => (_namespace, _key) = (ns, key);

    public static StreamId Create(string ns, string key) => new(ns, key);

    public string GetNamespace() => _namespace;

    public string GetKeyAsString() => _key;

    public override string ToString() => $"{_namespace}/{_key}";
}
