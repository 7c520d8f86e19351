using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Globalization;
using System.Net;
using System.Numerics;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>Copies values of one type. Types that Orleans could not serialize are refused here too.</summary>
internal abstract class TypeCopier
{
    private static readonly ConcurrentDictionary<Type, TypeCopier> known = new();

    // Guards against asking for a type while it is being looked at; a recursive type is never shared.
    [ThreadStatic]
    private static HashSet<Type>? inProgress;

    private static readonly HashSet<Type> leaves =
    [
        typeof(object), typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan),
        typeof(DateOnly), typeof(TimeOnly), typeof(Uri), typeof(Version), typeof(CancellationToken), typeof(BigInteger), typeof(Int128),
        typeof(UInt128), typeof(Half), typeof(BitVector32), typeof(CultureInfo), typeof(IPAddress), typeof(IPEndPoint),
        typeof(GrainId), typeof(GrainType), typeof(IdSpan), typeof(void),
    ];

    /// <summary>Values of the type cannot change, so that caller and callee may share them.</summary>
    public virtual bool IsShared => false;

    /// <exception cref="CodecNotFoundException">The type may not cross a call.</exception>
    public static TypeCopier For(Type type) => known.TryGetValue(type, out var copier) ? copier : known.GetOrAdd(type, Create(type));

    /// <summary>Whether every value of a member declared so can be shared.</summary>
    /// <exception cref="CodecNotFoundException">No value of the type may cross a call.</exception>
    public static bool IsImmutable(Type declared)
    {
        if (declared.IsInterface || declared.IsAbstract || declared == typeof(object))
        {
            return declared.IsAssignableTo(typeof(IAddressable)) || declared.IsAssignableTo(typeof(Exception)) || declared == typeof(Type);
        }

        inProgress ??= [];
        if (!inProgress.Add(declared))
        {
            return false;
        }

        try
        {
            return For(declared).IsShared && (declared.IsSealed || IsLeaf(declared));
        }
        finally
        {
            inProgress.Remove(declared);
        }
    }

    public abstract object Copy(object source, CopyContext context);

    private static TypeCopier Create(Type type) =>
        Nullable.GetUnderlyingType(type) is { } underlying ? For(underlying)
        : IsLeaf(type) ? Shared.Instance
        : CollectionCopiers.TryCreate(type) ?? MemberCopier.TryCreate(type) ?? throw new CodecNotFoundException(
            $"Could not find a copier for type {type}: mark it with [GenerateSerializer], and its members with [Id].");

    private static bool IsLeaf(Type type) =>
        type.IsPrimitive || type.IsEnum || leaves.Contains(type) || type.IsDefined(typeof(ImmutableAttribute), inherit: false)
        || type.IsAssignableTo(typeof(GrainReference)) || type.IsAssignableTo(typeof(Exception)) || type.IsAssignableTo(typeof(Type))
        || type.IsAssignableTo(typeof(CultureInfo));

    /// <summary>For values that need no copy.</summary>
    internal sealed class Shared : TypeCopier
    {
        public static Shared Instance { get; } = new();

        public override bool IsShared => true;

        public override object Copy(object source, CopyContext context) => source;
    }
}
