using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>
/// Credentials known by their shape. Each pattern starts with fixed letters, which are searched for, and tries a place
/// once, so that a text of a megabyte takes milliseconds whatever it holds.
/// </summary>
public static partial class SecretShapes
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const int MinDistinctLetters = 8;

    private static readonly ImmutableArray<Regex> Patterns =
        [OpenAi(), Aws(), GitHub(), GitHubFineGrained(), Slack(), SlackApp(), Google(), Stripe(), StripeRestricted(), GitLab(),
            HuggingFace(),
         SendGrid(), OwnApiKey(), JsonWebToken(), Bearer()];

    /// <summary>Whether the text holds what looks like a credential.</summary>
    public static bool IsIn(string text)
    {
        foreach (var pattern in Patterns)
        {
            foreach (var match in pattern.EnumerateMatches(text))
            {
                if (LooksRandom(text.AsSpan(match.Index, match.Length))) return true;
            }
        }
        return PrivateKey().IsMatch(text) || UserAndPassword().IsMatch(text);
    }

    /// <summary>Tells a key from words and from a row of x that stands for one.</summary>
    private static bool LooksRandom(ReadOnlySpan<char> text)
    {
        var (letters, hasDigit) = (new HashSet<char>(), false);
        foreach (var letter in text)
        {
            letters.Add(letter);
            hasDigit |= char.IsAsciiDigit(letter);
        }
        return hasDigit && letters.Count >= MinDistinctLetters;
    }

    // The service's own (docs/api-keys.md).
    [GeneratedRegex(@"(?<![A-Za-z0-9_-])amk_[A-Za-z0-9_-]{1,64}\.[0-9a-f]{16}\.[A-Za-z0-9_-]{51}", Options)]
    private static partial Regex OwnApiKey();

    // Anthropic's and OpenRouter's are of the same family.
    [GeneratedRegex(@"(?<![A-Za-z0-9_-])sk-((proj|svcacct|admin|None|ant|or|lf)-(?>[A-Za-z0-9_-]{20,})|(?>[A-Za-z0-9]{20,}))", Options)]
    private static partial Regex OpenAi();

    [GeneratedRegex(@"(?<![A-Za-z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])", Options)]
    private static partial Regex Aws();

    [GeneratedRegex(@"(?<![A-Za-z0-9_])gh[pousr]_(?>[A-Za-z0-9]{20,})", Options)]
    private static partial Regex GitHub();

    [GeneratedRegex(@"(?<![A-Za-z0-9_])github_pat_(?>[A-Za-z0-9_]{20,})", Options)]
    private static partial Regex GitHubFineGrained();

    [GeneratedRegex(@"(?<![A-Za-z0-9])xox[abeoprs]-(?>[A-Za-z0-9-]{10,})", Options)]
    private static partial Regex Slack();

    [GeneratedRegex(@"(?<![A-Za-z0-9])xapp-(?>[A-Za-z0-9-]{20,})", Options)]
    private static partial Regex SlackApp();

    [GeneratedRegex(@"(?<![A-Za-z0-9_-])AIza(?>[A-Za-z0-9_-]{30,})", Options)]
    private static partial Regex Google();

    [GeneratedRegex(@"(?<![A-Za-z0-9])sk_(live|test)_(?>[A-Za-z0-9]{10,})", Options)]
    private static partial Regex Stripe();

    [GeneratedRegex(@"(?<![A-Za-z0-9])rk_(live|test)_(?>[A-Za-z0-9]{10,})", Options)]
    private static partial Regex StripeRestricted();

    [GeneratedRegex(@"(?<![A-Za-z0-9_-])glpat-(?>[A-Za-z0-9_-]{16,})", Options)]
    private static partial Regex GitLab();

    [GeneratedRegex(@"(?<![A-Za-z0-9_])hf_(?>[A-Za-z0-9]{20,})", Options)]
    private static partial Regex HuggingFace();

    [GeneratedRegex(@"(?<![A-Za-z0-9_.-])SG\.(?>[A-Za-z0-9_-]{16,})\.(?>[A-Za-z0-9_-]{16,})", Options)]
    private static partial Regex SendGrid();

    [GeneratedRegex(@"(?<![A-Za-z0-9_-])eyJ(?>[A-Za-z0-9_-]{10,})\.eyJ(?>[A-Za-z0-9_-]{10,})\.(?>[A-Za-z0-9_-]{10,})", Options)]
    private static partial Regex JsonWebToken();

    [GeneratedRegex(@"bearer[ \t]{1,4}(?>[A-Za-z0-9._~+/=-]{20,})", Options | RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    // With the beginning of the key, so that instructions may speak of such lines. Texts within texts have \n for a line's end.
    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY( BLOCK)?-----(\s|\\[nr]){0,8}(Proc-Type|Version|Comment|[A-Za-z0-9+/=]{16})",
        Options)]
    private static partial Regex PrivateKey();

    // What starts like a placeholder is one: <password>, ${PASSWORD}, {{password}}, ****.
    [GeneratedRegex("""://[^\s/?#@:"']{0,64}:[^\s/?#@"'<{$*\[%][^\s/?#@"']{0,127}@""", Options)]
    private static partial Regex UserAndPassword();
}
