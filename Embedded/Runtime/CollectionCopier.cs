using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Which collections may cross a call, and how each is built again around copied elements.</summary>
internal static class CollectionCopier
{
    public static readonly Dictionary<Type, string> Factories = new()
    {
        [typeof(List<>)] = nameof(OfList),
        [typeof(Dictionary<,>)] = nameof(OfDictionary),
        [typeof(ImmutableArray<>)] = nameof(OfImmutableArray),
    };

    public static TypeCopier Create(string factory, params Type[] elementTypes) =>
        typeof(CollectionCopier).GetMethod(factory, BindingFlags.Static | BindingFlags.Public)!
            .MakeGenericMethod(elementTypes).CreateDelegate<Func<TypeCopier>>()();

    public static TypeCopier OfArray<T>() => new CollectionCopier<T[], T>(false, static (_, items) => [.. items]);

    public static TypeCopier OfList<T>() => new CollectionCopier<List<T>, T>(false, static (_, items) => [.. items]);

    public static TypeCopier OfDictionary<TKey, TValue>()
        where TKey : notnull
    {
        TypeCopier.IsImmutable(typeof(TKey)); // Refuses keys and values that may not cross a call.
        TypeCopier.IsImmutable(typeof(TValue));
        return new DictionaryCopier<TKey, TValue>();
    }

    public static TypeCopier OfImmutableArray<T>() =>
        new CollectionCopier<ImmutableArray<T>, T>(TypeCopier.IsImmutable(typeof(T)), static (source, items) => source.IsDefault ? source : [.. items]);
}

/// <summary>Builds a collection again from the copies of its elements.</summary>
internal sealed class CollectionCopier<TCollection, TElement>(bool isShared, Func<TCollection, IEnumerable<TElement>, TCollection> build) : TypeCopier
    where TCollection : IEnumerable<TElement>
{
    private readonly bool _sharesElements = IsImmutable(typeof(TElement));

    public override bool IsShared => isShared;

    public override object Copy(object source, CopyContext context)
    {
        var original = (TCollection)source;
        object copy = build(original, _sharesElements ? original : original.Select(context.Copy))!;
        context.Record(source, copy);
        return copy;
    }
}

internal sealed class DictionaryCopier<TKey, TValue> : TypeCopier
    where TKey : notnull
{
    public override object Copy(object source, CopyContext context)
    {
        var original = (Dictionary<TKey, TValue>)source;
        var copy = new Dictionary<TKey, TValue>(original.Count, original.Comparer);
        context.Record(source, copy);
        foreach (var (key, value) in original) copy.Add(context.Copy(key), context.Copy(value));
        return copy;
    }
}
