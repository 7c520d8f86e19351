using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Which collections may cross a call, and how each is built again around copied elements.</summary>
internal static class CollectionCopiers
{
    private static readonly Dictionary<Type, string> builders = new()
    {
        [typeof(List<>)] = nameof(OfList),
        [typeof(HashSet<>)] = nameof(OfHashSet),
        [typeof(SortedSet<>)] = nameof(OfSortedSet),
        [typeof(Queue<>)] = nameof(OfQueue),
        [typeof(Stack<>)] = nameof(OfStack),
        [typeof(ImmutableArray<>)] = nameof(OfImmutableArray),
        [typeof(ImmutableList<>)] = nameof(OfImmutableList),
        [typeof(ImmutableHashSet<>)] = nameof(OfImmutableHashSet),
        [typeof(ImmutableSortedSet<>)] = nameof(OfImmutableSortedSet),
        [typeof(Dictionary<,>)] = nameof(OfDictionary),
        [typeof(SortedDictionary<,>)] = nameof(OfSortedDictionary),
        [typeof(ImmutableDictionary<,>)] = nameof(OfImmutableDictionary),
        [typeof(ImmutableSortedDictionary<,>)] = nameof(OfImmutableSortedDictionary),
    };

    public static TypeCopier? TryCreate(Type type)
    {
        if (type.IsSZArray)
        {
            return Build(nameof(OfArray), type.GetElementType()!);
        }

        return type.IsGenericType && builders.TryGetValue(type.GetGenericTypeDefinition(), out var name)
            ? Build(name, type.GetGenericArguments()) : null;
    }

    private static TypeCopier Build(string name, params Type[] arguments) =>
        typeof(CollectionCopiers).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(arguments).CreateDelegate<Func<TypeCopier>>()();

    private static SequenceCopier<T[], T> OfArray<T>() =>
        new(false, static (source, items) => ReferenceEquals(source, items) ? (T[])source.Clone() : [.. items]);

    private static SequenceCopier<List<T>, T> OfList<T>() => new(false, static (_, items) => [.. items]);

    private static SequenceCopier<HashSet<T>, T> OfHashSet<T>() => new(false, static (source, items) => new(items, source.Comparer));

    private static SequenceCopier<SortedSet<T>, T> OfSortedSet<T>() => new(false, static (source, items) => new(items, source.Comparer));

    private static SequenceCopier<Queue<T>, T> OfQueue<T>() => new(false, static (_, items) => new(items));

    private static SequenceCopier<Stack<T>, T> OfStack<T>() => new(false, static (_, items) => new(items.Reverse()));

    private static SequenceCopier<ImmutableArray<T>, T> OfImmutableArray<T>() =>
        new(true, static (source, items) => source.IsDefault ? source : [.. items]);

    private static SequenceCopier<ImmutableList<T>, T> OfImmutableList<T>() => new(true, static (_, items) => [.. items]);

    private static SequenceCopier<ImmutableHashSet<T>, T> OfImmutableHashSet<T>() =>
        new(true, static (source, items) => items.ToImmutableHashSet(source.KeyComparer));

    private static SequenceCopier<ImmutableSortedSet<T>, T> OfImmutableSortedSet<T>() =>
        new(true, static (source, items) => items.ToImmutableSortedSet(source.KeyComparer));

    private static SequenceCopier<Dictionary<TKey, TValue>, KeyValuePair<TKey, TValue>> OfDictionary<TKey, TValue>()
        where TKey : notnull => new(false, static (source, items) => new(items, source.Comparer));

    private static SequenceCopier<SortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>> OfSortedDictionary<TKey, TValue>()
        where TKey : notnull => new(false, static (source, items) => new(items.ToDictionary(), source.Comparer));

    private static SequenceCopier<ImmutableDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>> OfImmutableDictionary<TKey, TValue>()
        where TKey : notnull => new(true, static (source, items) => items.ToImmutableDictionary(source.KeyComparer, source.ValueComparer));

    private static SequenceCopier<ImmutableSortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>> OfImmutableSortedDictionary<TKey, TValue>()
        where TKey : notnull => new(true, static (source, items) => items.ToImmutableSortedDictionary(source.KeyComparer, source.ValueComparer));
}

/// <summary>Builds a collection again around the copies of its elements.</summary>
/// <param name="immutable">The collection itself cannot change: it is shared when its elements can be.</param>
/// <param name="build">From the original and the elements; the elements are the original where they need no copy.</param>
internal sealed class SequenceCopier<TCollection, TElement>(bool immutable, Func<TCollection, IEnumerable<TElement>, TCollection> build) : TypeCopier
    where TCollection : IEnumerable<TElement>
{
    private readonly bool sharesElements = IsImmutable(typeof(TElement));

    public override bool IsShared => immutable && sharesElements;

    public override object Copy(object source, CopyContext context)
    {
        var original = (TCollection)source;
        object copy = build(original, sharesElements ? original : original.Select(context.Copy))!;
        context.Record(source, copy);
        return copy;
    }
}
