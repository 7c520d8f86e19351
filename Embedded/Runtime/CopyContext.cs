namespace Orleans.Runtime;

/// <summary>One deep copy: what is one object in the original is one object in the copy, also in a cycle.</summary>
internal sealed class CopyContext
{
    private Dictionary<object, object>? _copies;

    /// <exception cref="Serialization.CodecNotFoundException">A value's type may not cross a call.</exception>
    public object? Copy(object? value)
    {
        if (value is null or string) return value;
        var copier = TypeCopier.For(value.GetType());
        if (copier.IsShared) return value;
        return _copies is not null && _copies.TryGetValue(value, out var copy) ? copy : copier.Copy(value, this);
    }

    public T Copy<T>(T value) => (T)Copy((object?)value)!;

    /// <summary>Remembers the copy of an object, before its members are copied.</summary>
    public void Record(object original, object copy)
    {
        if (!original.GetType().IsValueType) (_copies ??= new(ReferenceEqualityComparer.Instance))[original] = copy;
    }
}
