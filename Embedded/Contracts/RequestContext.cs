namespace Orleans.Runtime;

/// <summary>
/// Values that travel with calls: a callee sees a copy of its caller's, and a callee's changes do not come back.
/// </summary>
public static class RequestContext
{
    // The dictionary is never changed once set: whoever captured it keeps what it saw.
    private static readonly AsyncLocal<Dictionary<string, object>?> values = new();

    public static IEnumerable<string> Keys => values.Value?.Keys ?? Enumerable.Empty<string>();

    public static IEnumerable<KeyValuePair<string, object>> Entries => values.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

    internal static Dictionary<string, object>? Current { get => values.Value; set => values.Value = value; }

    public static object? Get(string key) => values.Value?.GetValueOrDefault(key);

    public static void Set(string key, object value) =>
        values.Value = new(values.Value ?? []) { [key] = value };

    /// <returns>Whether there was such a value.</returns>
    public static bool Remove(string key)
    {
        if (values.Value is not { } before || !before.ContainsKey(key))
        {
            return false;
        }

        var after = new Dictionary<string, object>(before);
        after.Remove(key);
        values.Value = after.Count == 0 ? null : after;
        return true;
    }

    public static void Clear()
    {
        if (values.Value is not null)
        {
            values.Value = null;
        }
    }
}
