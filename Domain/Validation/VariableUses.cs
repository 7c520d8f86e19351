using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>
/// Which variables a text uses: in our own <c>{{name}}</c>, and in what Handlebars, Mustache, Jinja, Liquid, Go, Dify, LangChain, ERB
/// and shells write. Each pattern starts with fixed letters and is bounded, so that the work is in proportion to the text.
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
        var names = Place().Matches(bare).Select(place => place.Groups["name"].Value).Where(name => !Keywords.Contains(name)).ToList();
        return names.Count == 0 || Scope().IsMatch(bare) ? [] : names;
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
        StringBuilder? bare = null;
        var (at, from) = (0, 0);
        // Looked for once when it is nowhere.
        var unended = new HashSet<string>(StringComparer.Ordinal);
        while (text.AsSpan(from).IndexOfAny(LiteralStarts) is >= 0 and var next)
        {
            var start = from + next;
            from = start + 1;
            if (EndOf(text, start) is not var (end, isLiteral) || (withComments && !isLiteral) || unended.Contains(end)) continue;
            var found = text.IndexOf(end, start + ShortestStart, StringComparison.Ordinal);
            if (found < 0)
            {
                unended.Add(end);
                continue;
            }
            (bare ??= new(text.Length)).Append(text, at, start - at);
            from = at = found + end.Length;
        }
        return bare is null ? text : bare.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>What ends that which begins here, and whether it is a literal and no comment; null when nothing does.</summary>
    private static (string End, bool IsLiteral)? EndOf(string text, int start)
    {
        var rest = text.AsSpan(start);
        if (rest[0] == '\\') return ("}}", true);
        if (rest.StartsWith("{{!")) return (rest.StartsWith("{{!--") ? "--}}" : "}}", false);
        if (rest[1] == '#') return start > 0 && text[start - 1] == '{' ? null : ("#}", false);
        foreach (var raw in Raw().EnumerateMatches(rest[..Math.Min(rest.Length, LongestRaw)]))
        {
            return (rest[..raw.Length].Contains("verbatim", StringComparison.Ordinal) ? "endverbatim" : "endraw", true);
        }
        return null;
    }

    // The first letters of what begins a literal or a comment; each has two at least.
    private const int ShortestStart = 2;
    private const int LongestRaw = 32;
    private static readonly SearchValues<string> LiteralStarts = SearchValues.Create(["{%", "{#", "{{!", "\\{{"], StringComparison.Ordinal);

    [GeneratedRegex(@"^\{%-?\s{0,8}(raw|verbatim)\s{0,8}-?%\}", Options)]
    private static partial Regex Raw();

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
