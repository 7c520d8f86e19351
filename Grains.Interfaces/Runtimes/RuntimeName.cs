using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace AgentManagement.Runtimes;

/// <summary>Names of runtimes.</summary>
public static partial class RuntimeName
{
    public const string Pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";

    /// <summary>Tells whether a text is one: 1 to 100 letters, digits, '.', '_' and '-'.</summary>
    public static bool Is([NotNullWhen(true)] string? text) => text is not null && Name().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
