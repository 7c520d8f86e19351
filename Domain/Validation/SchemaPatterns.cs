using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>
/// Whether patterns of a schema are regular expressions, as ECMA-262 has them. They are read, and never run. .NET reads them, once
/// what .NET has and ECMA-262 has not was looked for: a runtime in another language would refuse it, or take it for something else.
/// </summary>
/// <remarks>Reading costs more than the square of some patterns' length: one is bounded, and all of a document are.</remarks>
public sealed partial class SchemaPatterns
{
    public const int MaxCharacters = 1_000;
    public const int MaxCharactersInAll = 65_536;

    // Of ASCII letters and digits after a backslash, those that mean something.
    private const string Escapes = "dDsSwWbBfnrtvcxupPk0123456789";

    private readonly HashSet<string> _good = new(StringComparer.Ordinal);
    private int _characters;

    public bool IsBounded(string pattern) =>
        _good.Contains(pattern) || (pattern.Length <= MaxCharacters && (_characters += pattern.Length) <= MaxCharactersInAll);

    /// <summary>What is wrong with a pattern; null when nothing is.</summary>
    public string? Problem(string pattern)
    {
        if (_good.Contains(pattern)) return null;
        if (FindForeign(pattern) is { } foreign) return $"The pattern must be a regular expression of ECMA-262, {foreign}.";
        try
        {
            _ = new Regex(EcmaEscape().Replace(pattern, Known), RegexOptions.ECMAScript);
            _good.Add(pattern);
            return null;
        }
        catch (ArgumentException)
        {
            return "The pattern must be a regular expression.";
        }
    }

    /// <summary>What of a pattern other dialects have and this one does not.</summary>
    private static string? FindForeign(string pattern)
    {
        var isInClass = false;
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '\\' when at + 1 < pattern.Length:
                    if (FindForeignEscape(pattern, ++at) is { } escape) return escape;
                    break;
                case '[' when !isInClass:
                    isInClass = true;
                    break;
                case '[' when Next(at) == ':':
                    return "which has no classes such as [:alpha:]";
                case '[' when pattern[at - 1] == '-':
                    return "which subtracts no classes";
                case ']':
                    isInClass = false;
                    break;
                case '(' when !isInClass && Next(at) == '?' && !Group().IsMatch(pattern, at):
                    return FindForeignGroup(pattern.AsSpan(at + 2));
            }
        }
        return null;

        char Next(int at) => at + 1 < pattern.Length ? pattern[at + 1] : '\0';
    }

    private static string? FindForeignEscape(string pattern, int at) => pattern[at] switch
    {
        'k' when at + 1 < pattern.Length && pattern[at + 1] != '<' => @"which refers to a group as \k<name>",
        'p' or 'P' when DotNetBlock().IsMatch(pattern, at + 1) => "which names no blocks: a script is \\p{Script=Greek}",
        var letter when char.IsAsciiLetterOrDigit(letter) && !Escapes.Contains(letter, StringComparison.Ordinal) =>
            $"which has no \\{letter}",
        _ => null,
    };

    private static string FindForeignGroup(ReadOnlySpan<char> rest) => rest switch
    {
        ['>', ..] => "which has no atomic groups (?>",
        ['#', ..] => "which has no comments (?#",
        ['(', ..] => "which has no conditions (?(",
        ['\'' or 'P' or '<', ..] => "which names a group as (?<name>",
        [>= 'a' and <= 'z' or '-', ..] => "which has no options such as (?i)",
        _ => "which has no such group",
    };

    /// <summary>Something of the same kind for the escapes that .NET does not have.</summary>
    private static string Known(Match escape) =>
        escape.Value.Length <= 2 ? escape.Value : escape.Value[1] == 'u' ? "x" : @"\d";

    // Options for a group, (?i:, are of the edition of 2025.
    [GeneratedRegex(@"\G\(\?(:|=|!|<=|<!|<[A-Za-z_$][A-Za-z0-9_$]*>|[ims]+(-[ims]*)?:|-[ims]+:)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Group();

    [GeneratedRegex(@"\G\{I[sn][A-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex DotNetBlock();

    // Each escape is taken whole, so that the second half of an escaped backslash is not seen as the start of one.
    [GeneratedRegex(@"\\([pP]\{[A-Za-z0-9_]{1,64}(=[A-Za-z0-9_]{1,64})?\}|u\{[0-9A-Fa-f]{1,6}\}|.)",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex EcmaEscape();
}
