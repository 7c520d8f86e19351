using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>Whether patterns of a schema are regular expressions, as ECMA-262 has them. They are read, and never run.</summary>
/// <remarks>Reading costs more than the square of some patterns' length: one is bounded, and all of a document are.</remarks>
public sealed partial class SchemaPatterns
{
    public const int MaxCharacters = 1_000;
    public const int MaxCharactersInAll = 65_536;

    private readonly HashSet<string> _good = new(StringComparer.Ordinal);
    private int _characters;

    public bool IsBounded(string pattern) =>
        _good.Contains(pattern) || (pattern.Length <= MaxCharacters && (_characters += pattern.Length) <= MaxCharactersInAll);

    public bool IsPattern(string pattern)
    {
        if (_good.Contains(pattern)) return true;
        try
        {
            _ = new Regex(EcmaEscape().Replace(pattern, Known), RegexOptions.ECMAScript);
            return _good.Add(pattern);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Something of the same kind for the escapes that .NET does not have.</summary>
    private static string Known(Match escape) =>
        escape.Value.Length <= 2 ? escape.Value : escape.Value[1] == 'u' ? "x" : @"\d";

    // Each escape is taken whole, so that the second half of an escaped backslash is not seen as the start of one.
    [GeneratedRegex(@"\\([pP]\{[A-Za-z0-9_]{1,64}(=[A-Za-z0-9_]{1,64})?\}|u\{[0-9A-Fa-f]{1,6}\}|.)",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex EcmaEscape();
}
