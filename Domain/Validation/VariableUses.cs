using System.Text;
using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>
/// Which variables a text uses: in our own <c>{{name}}</c>, and in what Handlebars, Mustache, Jinja, Liquid, Go, Dify, LangChain, ERB
/// and shells write. Each pattern starts with fixed letters and is bounded, so that a megabyte takes milliseconds.
/// </summary>
public static partial class VariableUses
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const string Path = @"[A-Za-z_][A-Za-z0-9_]{0,63}(\.[A-Za-z0-9_]{1,64}){0,8}";

    // Of which language they are makes no difference: no variable of anybody's is called so.
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "else", "elif", "elsif", "this", "end", "endif", "endfor", "true", "false", "null", "none", "None", "nil",
    };

    /// <summary>
    /// The variables that stand in a place of their own, <c>{{name}}</c> or <c>{{name | filter}}</c>. None of a text that has loops or
    /// assignments: what they name is theirs.
    /// </summary>
    public static IEnumerable<string> Placed(string text)
    {
        var bare = WithoutLiterals(text, withComments: false);
        return Scope().IsMatch(bare) ? [] : Place().Matches(bare).Select(place => place.Groups["name"].Value)
            .Where(name => !Keywords.Contains(name));
    }

    /// <summary>All that any place, condition, loop or call may use: whole paths, and what they begin with and consist of.</summary>
    public static HashSet<string> In(IEnumerable<string> texts)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (Match tag in Tag().Matches(WithoutLiterals(text, withComments: true)))
            {
                foreach (Match path in Name().Matches(tag.Value)) AddAll(path.Value);
            }
        }
        return names;

        void AddAll(string path)
        {
            names.Add(path);
            for (var point = path.IndexOf('.', StringComparison.Ordinal); point > 0; point = path.IndexOf('.', point + 1))
            {
                names.Add(path[..point]);
            }
            names.UnionWith(path.Split('.'));
        }
    }

    /// <summary>
    /// The text without what is no use at all: literals, and comments, which some languages write as others write a negation. From each
    /// beginning to the next end, once.
    /// </summary>
    private static string WithoutLiterals(string text, bool withComments)
    {
        var bare = new StringBuilder(text.Length);
        var at = 0;
        var unended = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match start in LiteralStart().Matches(text))
        {
            var isLiteral = start.Groups["raw"].Success || start.ValueSpan[0] == '\\';
            if (start.Index < at || (withComments && !isLiteral)) continue;
            var end = start.Groups["raw"] is { Success: true, Value: var word } ? $"end{word}" : start.Groups["comment"].Success ? "#}"
                : start.Groups["long"].Success ? "--}}" : "}}";
            // Looked for once when it is nowhere.
            if (unended.Contains(end)) continue;
            var found = text.IndexOf(end, start.Index + start.Length, StringComparison.Ordinal);
            if (found < 0) unended.Add(end);
            if (found < 0) continue;
            bare.Append(text, at, start.Index - at);
            at = found + end.Length;
        }
        return at == 0 ? text : bare.Append(text, at, text.Length - at).ToString();
    }

    [GeneratedRegex(
        @"\{%-?\s{0,8}(?<raw>raw|verbatim)\s{0,8}-?%\}|(?<!\{)(?<comment>\{#)|(?<long>\{\{!--)|\{\{!|\\\{\{", Options)]
    private static partial Regex LiteralStart();

    [GeneratedRegex(@"\{%[-+]?\s{0,8}(for|set|with|macro|call|import|from|assign|capture|tablerow|block)\b|"
        + @"\{\{~?[-\s]{0,8}(#\s{0,8}(?!(if|unless)\b)[A-Za-z_@][^#}]{0,400}\}|\^|range\b|with\b|\$\w+\s*:=)", Options)]
    private static partial Regex Scope();

    [GeneratedRegex(@"\{\{[{&~-]?[ \t]{0,8}(?<name>" + Path + @")[ \t]{0,8}(\|[^{}]{0,400})?[~-]?\}\}", Options)]
    private static partial Regex Place();

    [GeneratedRegex(@"\{\{[^{}]{0,400}\}\}|\{%[^{}]{0,400}%\}|<%[^<>]{0,400}%>|\[\[[^\[\]]{0,400}\]\]|[$#]\{[^{}]{0,400}\}|"
        + @"\$[A-Za-z_][A-Za-z0-9_.]{0,63}|%[A-Za-z_][A-Za-z0-9_.]{0,63}%|<[A-Za-z_][A-Za-z0-9_.]{0,63}>|"
        + @"\{[A-Za-z_][A-Za-z0-9_.]{0,63}([!:\[][^{}]{0,64})?\}", Options)]
    private static partial Regex Tag();

    [GeneratedRegex(Path, Options)]
    private static partial Regex Name();
}
