using System.Text.RegularExpressions;

namespace AgentManagement.Formats;

/// <summary>What people write where a credential is to come later.</summary>
internal static partial class Placeholders
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Whether the whole text stands for a credential, or says which kind there is.</summary>
    public static bool Is(string text)
    {
        var bare = Scheme().Replace(text.Trim(), "").Trim();
        if (bare.Length == 0 || Word().IsMatch(bare) || Request().IsMatch(bare)) return true;
        var without = Variable().Replace(bare, "");
        // Several variables with marks between them, as user and password have.
        return without.Length < bare.Length && Marks().IsMatch(without);
    }

    /// <summary>Whether a text has a place for a variable whose name says that it is a secret.</summary>
    public static bool NamesSecret(string text) => Secrets().IsMatch(text);

    /// <summary>A name for the credential that a placeholder stands for.</summary>
    public static string NameOf(string placeholder, string member)
    {
        var name = Variable().Match(placeholder) is { Success: true } match ? match.Value : Scheme().Replace(placeholder.Trim(), "");
        name = Prefix().Replace(name.Trim('$', '{', '}', '<', '>', '%', ' ', '='), "").Trim();
        var end = name.IndexOf(":-", StringComparison.Ordinal);
        if (end > 0) name = name[..end];
        name = Clean(name);
        if (!name.Any(char.IsAsciiLetter) || Word().IsMatch(name)) name = Clean(member);
        return name.Length > 0 ? name[..Math.Min(name.Length, 100)] : "credential";
    }

    private static string Clean(string name) => Other().Replace(name, "-").Trim('-', '.', '_');

    [GeneratedRegex(@"\A(bearer|basic|token|apikey|api-key|digest)[ \t]+", Options | RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(
        @"\$\{\{[^{}]{1,200}\}\}|\{\{[^{}]{1,200}\}\}|\$\{[^{}]{1,200}\}|\$[A-Za-z_][A-Za-z0-9_]{0,100}"
        + @"|<[^<>]{1,200}>|%[A-Za-z_][A-Za-z0-9_]{0,100}%"
        + @"|\A=Env\.[A-Za-z0-9_.]{1,100}\z|\Aos\.environ/[A-Za-z0-9_]{1,100}\z"
        + @"|\Aenv:[A-Za-z0-9_]{1,100}\z|\Asecrets?\.[A-Za-z0-9_.]{1,100}\z",
        Options)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$\{\{\s*secrets\.|\$\{input:|\$\{secrets?[.:]|\{\{\s*secrets?\.", Options)]
    private static partial Regex Secrets();

    [GeneratedRegex(@"\A[\s:;,_/.|-]{0,8}\z", Options)]
    private static partial Regex Marks();

    // "your key here"
    [GeneratedRegex(@"\A(my|your|the|insert|enter|paste|replace|add|put)[-_ ]([A-Za-z]|[-_ ]){2,60}\z", Options | RegexOptions.IgnoreCase)]
    private static partial Regex Request();

    // Also the words that say which kind of credential there is, and open nothing.
    [GeneratedRegex(
        @"\A(\*{3,}|[xX]{3,}|\.{3}|…|[A-Za-z]{2,8}[-_]([xX.*…]{3,}|…)"
        + @"|change[-_ ]?me|replace[-_ ]?me|placeholder|redacted|todo|dummy|none|null|oauth|oauth2|oauth_?2_0|basic|bearer|api[-_ ]?key"
        + @"|required|optional|env|vault|managed[-_]?identity|user|service|true|false)\z",
        Options | RegexOptions.IgnoreCase)]
    private static partial Regex Word();

    [GeneratedRegex(@"\A(env|input|secrets?|vars?|config|command|Env|os\.environ)[.:/]", Options)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"[^A-Za-z0-9._-]+", Options)]
    private static partial Regex Other();
}
