using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>
/// Copies tuples, pairs and [GenerateSerializer] types: a clone whose mutable members are copied in turn. As on
/// Orleans, members without [Id] do not travel: they are as a new object has them. A record's primary constructor
/// parameters need no [Id].
/// </summary>
internal sealed class MemberCopier : TypeCopier
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Func<object, object> clone =
        typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    private readonly FieldInfo[] copied;
    private readonly FieldInfo[] left;
    private readonly object? blank;

    private MemberCopier(Type type, FieldInfo[] members, FieldInfo[] left)
    {
        this.left = left;
        copied = Array.FindAll(members, field => !IsPassedOn(field));
        IsShared = copied.Length == 0 && left.Length == 0 && Array.TrueForAll(members, field => field.IsInitOnly || type.IsValueType);
        blank = left.Length == 0 ? null : Blank(type);
    }

    public override bool IsShared { get; }

    public static TypeCopier? TryCreate(Type type)
    {
        if (IsTuple(type))
        {
            return new MemberCopier(type, type.GetFields(Own), []);
        }

        if (!type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
        {
            return null;
        }

        var fields = Levels(type).SelectMany(level => level.GetFields(Own).Select(field => (field, IsMember: IsMember(level, field)))).ToArray();
        return new MemberCopier(
            type,
            [.. fields.Where(entry => entry.IsMember).Select(entry => entry.field)],
            [.. fields.Where(entry => !entry.IsMember).Select(entry => entry.field)]);
    }

    public override object Copy(object source, CopyContext context)
    {
        var copy = clone(source);
        context.Record(source, copy);
        foreach (var field in copied)
        {
            field.SetValue(copy, context.Copy(field.GetValue(source)));
        }

        foreach (var field in left)
        {
            field.SetValue(copy, field.GetValue(blank));
        }

        return copy;
    }

    private static bool IsTuple(Type type) =>
        type.IsAssignableTo(typeof(ITuple))
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));

    private static IEnumerable<Type> Levels(Type type)
    {
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            yield return level;
        }
    }

    private static bool IsMember(Type level, FieldInfo field) =>
        field.IsDefined(typeof(IdAttribute))
        || PropertyOf(level, field) is { } property && (property.IsDefined(typeof(IdAttribute)) || IsPrimaryParameter(level, property));

    private static bool IsPassedOn(FieldInfo field) =>
        field.IsDefined(typeof(ImmutableAttribute))
        || PropertyOf(field.DeclaringType!, field)?.IsDefined(typeof(ImmutableAttribute)) == true
        || IsImmutable(field.FieldType);

    // The compiler keeps an automatic property's value in a field of this name.
    private static PropertyInfo? PropertyOf(Type level, FieldInfo field) =>
        field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal)
            ? level.GetProperty(field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)], Own) : null;

    // A record's primary constructor is the one whose parameters its Deconstruct gives back.
    private static bool IsPrimaryParameter(Type level, PropertyInfo property) =>
        level.GetMethods(Own).Any(method => method.Name == "Deconstruct" && method.IsDefined(typeof(CompilerGeneratedAttribute))
            && Array.Exists(method.GetParameters(), parameter => parameter.Name == property.Name));

    private static object Blank(Type type) =>
        type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []) is { } constructor
            ? constructor.Invoke(null) : RuntimeHelpers.GetUninitializedObject(type);
}
