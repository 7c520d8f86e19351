namespace Orleans.Runtime;

/// <summary>
/// Values that travel with calls: a callee sees a copy of its caller's, and a callee's changes do not come back.
/// </summary>
public static class RequestContext
{
    // Values are compared by reference, so that replacing one by its equal copy does replace it.
    private static readonly ImmutableDictionary<string, object> Empty =
        ImmutableDictionary.Create<string, object>(StringComparer.Ordinal, ReferenceEqualityComparer.Instance);

    private static readonly AsyncLocal<ImmutableDictionary<string, object>?> Values = new();

    internal static ImmutableDictionary<string, object> Current { get => Values.Value ?? Empty; set => Values.Value = value; }

    public static object? Get(string key) => Current.GetValueOrDefault(key);

    public static void Set(string key, object value) => Current = Current.SetItem(key, value);

    /// <returns>Whether there was such a value.</returns>
    public static bool Remove(string key)
    {
        var before = Current;
        Current = before.Remove(key);
        return before.ContainsKey(key);
    }

    public static void Clear() => Current = Empty;

    /// <summary>What a callee is to see.</summary>
    /// <exception cref="Serialization.CodecNotFoundException">A value's type may not cross a call.</exception>
    internal static ImmutableDictionary<string, object> Copy()
    {
        var (copies, context) = (Current, new CopyContext());
        foreach (var (key, value) in Current) copies = copies.SetItem(key, context.Copy(value)!);
        return copies;
    }
}
