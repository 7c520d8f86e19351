namespace AgentManagement.Configuration;

/// <summary>The text must hold something other than white space.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotBlankAttribute : Attribute;

/// <summary>Bounds of each item of a list of texts, or of each name of a dictionary.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class EachItemAttribute : Attribute
{
    /// <summary>Least Unicode characters of an item.</summary>
    public int MinLength { get; init; }

    /// <summary>Most Unicode characters of an item; 0 for no bound of its own.</summary>
    public int MaxLength { get; init; }

    /// <summary>Pattern of an item.</summary>
    public string? Pattern { get; init; }

    /// <summary>The only texts that an item, or a value of a dictionary, can be.</summary>
    public string[]? OneOf { get; init; }

    /// <summary>No item may come twice.</summary>
    public bool Unique { get; init; }

    /// <summary>Pattern of a dictionary's names.</summary>
    public string? NamePattern { get; init; }
}

/// <summary>Any JSON value, up to a size.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class FreeValueAttribute : Attribute
{
    /// <summary>Most UTF-8 bytes of the value's compact text.</summary>
    public required int MaxBytes { get; init; }
}

/// <summary>Any JSON object, up to a size.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FreeObjectAttribute : FreeValueAttribute;
