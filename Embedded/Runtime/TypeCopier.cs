using System.Collections.Concurrent;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>Copies values of one type. Types that Orleans could not serialize are refused here too.</summary>
internal abstract class TypeCopier
{
    private static readonly ConcurrentDictionary<Type, TypeCopier> Known = new();

    private static readonly HashSet<Type> Leaves =
    [
        typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly),
        typeof(TimeOnly), typeof(Uri), typeof(CancellationToken), typeof(GrainId),
    ];

    /// <summary>Values of the type cannot change, so that caller and callee may share them.</summary>
    public virtual bool IsShared => false;

    /// <exception cref="CodecNotFoundException">The type may not cross a call.</exception>
    public static TypeCopier For(Type type) => Known.TryGetValue(type, out var copier) ? copier : Known.GetOrAdd(type, Create(type));

    /// <summary>Whether every value of a member declared so can be shared.</summary>
    /// <exception cref="CodecNotFoundException">No value of the type may cross a call.</exception>
    public static bool IsImmutable(Type declared) =>
        !declared.IsInterface && !declared.IsAbstract && declared != typeof(object) && For(declared).IsShared && declared.IsSealed;

    public abstract object Copy(object source, CopyContext context);

    private static TypeCopier Create(Type type) =>
        Nullable.GetUnderlyingType(type) is { } underlying ? For(underlying)
        : IsLeaf(type) ? SharedValue.Instance
        : type.IsSZArray ? CollectionCopier.Create(nameof(CollectionCopier.OfArray), type.GetElementType()!)
        : type.IsGenericType && CollectionCopier.Factories.TryGetValue(type.GetGenericTypeDefinition(), out var factory)
            ? CollectionCopier.Create(factory, type.GetGenericArguments())
        : type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) ? new MemberCopier(type)
        : throw new CodecNotFoundException(
            $"Could not find a copier for type {type}: mark it with [GenerateSerializer], and its members with [Id].");

    private static bool IsLeaf(Type type) =>
        type.IsPrimitive || type.IsEnum || Leaves.Contains(type) || type.IsDefined(typeof(ImmutableAttribute), inherit: false)
        || type.IsAssignableTo(typeof(GrainReference)) || type.IsAssignableTo(typeof(Exception));

    private sealed class SharedValue : TypeCopier
    {
        public static SharedValue Instance { get; } = new();

        public override bool IsShared => true;

        public override object Copy(object source, CopyContext context) => source;
    }
}
