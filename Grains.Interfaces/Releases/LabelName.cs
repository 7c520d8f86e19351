using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace AgentManagement.Releases;

/// <summary>Names of labels.</summary>
public static partial class LabelName
{
    /// <summary>The service's own label: it has each agent's current version.</summary>
    public const string Latest = "latest";

    /// <summary>A name as JSON Schema has it. What looks like a version, as v7 does, is none all the same.</summary>
    public const string Pattern = "^[a-z][a-z0-9-]{0,62}$";

    /// <summary>Tells whether a text is a name that a tenant may give.</summary>
    public static bool IsOfTenant([NotNullWhen(true)] string? text) => text is not null and not Latest && LabelPattern().IsMatch(text);

    [GeneratedRegex(@"\A(?!v[0-9]+\z)[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();
}
