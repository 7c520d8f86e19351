using System.Text.RegularExpressions;

namespace AgentManagement.Formats;

/// <summary>Credentials known by their shape. What the service refuses as one is one here, too: a test compares the two.</summary>
internal static partial class CredentialShapes
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const int MinDistinctLetters = 8;

    /// <summary>Whether a text holds what looks like a credential.</summary>
    public static bool IsIn(string text)
    {
        foreach (var match in Keys().EnumerateMatches(text))
        {
            if (LooksRandom(text.AsSpan(match.Index, match.Length))) return true;
        }
        foreach (var match in Bearer().EnumerateMatches(text))
        {
            if (LooksRandom(text.AsSpan(match.Index, match.Length))) return true;
        }
        return PrivateKey().IsMatch(text) || UserAndPassword().IsMatch(text)
            || (text.Contains('=', StringComparison.Ordinal) && (AzureKey().IsMatch(text) || IsInConnection(text)))
            || Basic().Matches(text).Any(match => IsUserAndPassword(match.Groups["value"].Value));
    }

    private static bool IsInConnection(string text) =>
        ConnectionPassword().Matches(text).Any(match => !Placeholders.Is(match.Groups["value"].Value));

    /// <summary>A user and a password in base64, which can be looked at.</summary>
    private static bool IsUserAndPassword(string text)
    {
        Span<byte> bytes = stackalloc byte[512];
        return text.Length <= 600 && Convert.TryFromBase64String(text, bytes, out var length)
            && bytes[..length].Contains((byte)':') && !bytes[..length].ContainsAnyExceptInRange((byte)' ', (byte)'~');
    }

    /// <summary>Tells a key from words and from a row of x that stands for one.</summary>
    public static bool LooksRandom(ReadOnlySpan<char> text)
    {
        // The keys that are printed in documentation.
        if (text.EndsWith("EXAMPLE", StringComparison.Ordinal) || text.EndsWith("EXAMPLEKEY", StringComparison.Ordinal)) return false;
        var (letters, hasDigit) = (new HashSet<char>(), false);
        foreach (var letter in text)
        {
            letters.Add(letter);
            hasDigit |= char.IsAsciiDigit(letter);
        }
        return hasDigit && letters.Count >= MinDistinctLetters;
    }

    // OpenAI and its family, AWS, GitHub, Slack, Google, Stripe, GitLab, Hugging Face, SendGrid, this service, JSON web tokens.
    [GeneratedRegex("""
        (?<![A-Za-z0-9_.-])(
        sk-((proj|svcacct|admin|None|ant|or|lf)-(?>[A-Za-z0-9_-]{20,})|(?>[A-Za-z0-9]{20,}))
        |A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])
        |gh[pousr]_(?>[A-Za-z0-9]{20,})
        |github_pat_(?>[A-Za-z0-9_]{20,})
        |xox[abeoprs]-(?>[A-Za-z0-9-]{10,})
        |xapp-(?>[A-Za-z0-9-]{20,})
        |AIza(?>[A-Za-z0-9_-]{30,})
        |[sr]k_(live|test)_(?>[A-Za-z0-9]{10,})
        |glpat-(?>[A-Za-z0-9_-]{16,})
        |hf_(?>[A-Za-z0-9]{20,})
        |SG\.(?>[A-Za-z0-9_-]{16,})\.(?>[A-Za-z0-9_-]{16,})
        |amk_[A-Za-z0-9_-]{1,64}\.[0-9a-f]{16}\.[A-Za-z0-9_-]{51}
        |(npm_|gsk_|xai-|r8_|pplx-|dckr_pat_|pypi-|shp(at|ca|pa|ss)_|lin_api_|ntn_|do[opr]_v1_|hv[sb]\.|dapi|vercel_|figd_)
         (?>[A-Za-z0-9_-]{24,})
        |eyJ(?>[A-Za-z0-9_-]{10,})\.eyJ(?>[A-Za-z0-9_-]{10,})\.(?>[A-Za-z0-9_-]{10,}))
        """, Options | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Keys();

    [GeneratedRegex(@"bearer[ \t]{1,4}(?>[A-Za-z0-9._~+/=-]{20,})", Options | RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY( BLOCK)?-----(\s|\\[nr]){0,8}(Proc-Type|Version|Comment|[A-Za-z0-9+/=]{16})",
        Options)]
    private static partial Regex PrivateKey();

    // Azure's storage, Service Bus, Event Hubs, Cosmos.
    [GeneratedRegex("(AccountKey|SharedAccessKey|SharedSecretValue)=(?>[A-Za-z0-9+/]{32,})={0,2}", Options | RegexOptions.IgnoreCase)]
    private static partial Regex AzureKey();

    [GeneratedRegex(@"basic[ \t]{1,4}(?<value>(?>[A-Za-z0-9+/]{8,})={0,2})", Options | RegexOptions.IgnoreCase)]
    private static partial Regex Basic();

    [GeneratedRegex(
        @"(\A|[;,])[ \t]{0,4}(password|pwd)[ \t]{0,4}=[ \t]{0,4}(?<value>[^;,\s""']{1,128})", Options | RegexOptions.IgnoreCase)]
    private static partial Regex ConnectionPassword();

    // What starts like a placeholder is one: <password>, ${PASSWORD}, {{password}}, ****.
    [GeneratedRegex("""://[^\s/?#@:"']{0,64}:[^\s/?#@"'<{$*\[%][^\s/?#@"']{0,127}@""", Options)]
    private static partial Regex UserAndPassword();
}
