using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>
/// Copies [GenerateSerializer] types: a new object with copies of the members that have an [Id]. As on Orleans, other
/// members do not travel: they are as a new object has them. A record's primary constructor parameters need no [Id].
/// </summary>
internal sealed class MemberCopier(Type type) : TypeCopier
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // Looked at when the first value is copied, by when this copier is known: a type may have members of its own type.
    private readonly Lazy<FieldInfo[]> _members = new(() => FindMembers(type));

    public override object Copy(object source, CopyContext context)
    {
        var copy = type.GetConstructor(Own, []) is { } constructor ? constructor.Invoke(null) : RuntimeHelpers.GetUninitializedObject(type);
        context.Record(source, copy);
        foreach (var member in _members.Value) member.SetValue(copy, context.Copy(member.GetValue(source)));
        return copy;
    }

    private static FieldInfo[] FindMembers(Type type)
    {
        var found = new List<FieldInfo>();
        for (var level = type; level is not null; level = level.BaseType)
        {
            found.AddRange(level.GetFields(Own).Where(field => IsMember(level, field)));
        }

        found.ForEach(field => IsImmutable(field.FieldType)); // Refuses types that may not cross a call, whatever the value.
        return [.. found];
    }

    private static bool IsMember(Type level, FieldInfo field) =>
        field.IsDefined(typeof(IdAttribute))
        || PropertyOf(level, field) is { } property && (property.IsDefined(typeof(IdAttribute)) || IsPrimaryParameter(level, property));

    // The compiler keeps an automatic property's value in a field of this name.
    private static PropertyInfo? PropertyOf(Type level, FieldInfo field) =>
        field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal)
            ? level.GetProperty(field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)], Own) : null;

    // A record's primary constructor is the one whose parameters its Deconstruct gives back.
    private static bool IsPrimaryParameter(Type level, PropertyInfo property) =>
        level.GetMethods(Own).Any(method => method.Name == "Deconstruct" && method.IsDefined(typeof(CompilerGeneratedAttribute))
            && Array.Exists(method.GetParameters(), parameter => parameter.Name == property.Name));
}
