using System.Buffers;
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
    private const int MinOpaqueLetters = 12;

    // No key is without one of these, and most texts have none: all are looked for at once.
    private static readonly SearchValues<string> KeyMarks = SearchValues.Create(
        [
            "sk-", "sk_", "rk_", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "xoxa-", "xoxb-", "xoxe-", "xoxo-",
            "xoxp-", "xoxr-", "xoxs-", "xapp-", "AIza", "glpat-", "hf_", "SG.", "npm_", "xai-", "r8_", "pplx-", "dckr_pat_", "pypi-",
            "shpat_", "shpca_", "shppa_", "shpss_", "lin_api_", "ntn_", "_v1_", "hvs.", "hvb.", "dapi", "vercel_", "figd_", "amk_", "eyJ",
        ], StringComparison.Ordinal);

    // Nor any other shape without one of these, or an equals sign.
    private static readonly SearchValues<string> OtherMarks = SearchValues.Create(
        ["bearer", "basic", "-----BEGIN", "://"], StringComparison.OrdinalIgnoreCase);

    private static readonly ImmutableArray<Regex> Keys =
    [
        OpenAi(), Aws(), GitHub(), GitHubFineGrained(), Slack(), SlackApp(), Google(), Stripe(), StripeRestricted(), GitLab(),
        HuggingFace(), SendGrid(), Vendors(), OwnApiKey(), JsonWebToken(),
    ];

    /// <summary>Whether the text holds what looks like a credential.</summary>
    public static bool IsIn(string text)
    {
        var letters = text.AsSpan();
        if (letters.ContainsAny(KeyMarks) && Keys.Any(key => HasRandom(key, text))) return true;
        if (letters.ContainsAny(OtherMarks)
            && (HasRandom(Bearer(), text) || PrivateKey().IsMatch(text) || UserAndPassword().IsMatch(text) || IsInBasic(text))) return true;
        return letters.Contains('=') && (IsInAddress(text) || IsInConnection(text));
    }

    /// <summary>Whether a text is nothing that a person would write: long, with digits, and not words in a row.</summary>
    public static bool IsOpaque(string text) =>
        text.Length >= MinOpaqueLetters && LooksRandom(text) && !Words().IsMatch(text) && !SecretPlaceholders.AreIn(text, out _);

    private static bool HasRandom(Regex shape, string text)
    {
        foreach (var match in shape.EnumerateMatches(text))
        {
            if (LooksRandom(text.AsSpan(match.Index, match.Length))) return true;
        }
        return false;
    }

    /// <summary>Tells a key from words, from a row of x that stands for one, and from those that documentation prints.</summary>
    private static bool LooksRandom(ReadOnlySpan<char> text)
    {
        var (letters, hasDigit) = (new HashSet<char>(), false);
        foreach (var letter in text)
        {
            letters.Add(letter);
            hasDigit |= char.IsAsciiDigit(letter);
        }
        return hasDigit && letters.Count >= MinDistinctLetters && !Documented.Exists(text);
    }

    private static bool IsInAddress(string text)
    {
        foreach (Match match in AddressParameter().Matches(text))
        {
            if (IsOpaque(Uri.UnescapeDataString(match.Groups["value"].Value))) return true;
        }
        return false;
    }

    /// <summary>A user and a password in base64, which can be looked at.</summary>
    private static bool IsInBasic(string text)
    {
        foreach (Match match in Basic().Matches(text))
        {
            var bytes = new byte[match.Length];
            if (Convert.TryFromBase64String(match.Groups["value"].Value, bytes, out var length)
                && IsUserAndPassword(bytes.AsSpan(0, length))) return true;
        }
        return false;
    }

    private static bool IsUserAndPassword(ReadOnlySpan<byte> decoded) =>
        decoded.Contains((byte)':') && !decoded.ContainsAnyExceptInRange((byte)' ', (byte)'~');

    private static bool IsInConnection(string text)
    {
        if (HasRandom(AzureKey(), text)) return true;
        foreach (Match match in ConnectionPassword().Matches(text))
        {
            if (SecretNames.IsIn("password", match.Groups["value"].Value)) return true;
        }
        return false;
    }

    /// <summary>The keys that vendors print in their documentation, everybody's and nobody's.</summary>
    private static class Documented
    {
        private static readonly string[] Keys = ["IOSFODNN7EXAMPLE", "IOSFODNN7EXAMPLF", "K7MDENG/bPxRfiCYEXAMPLEKEY"];

        public static bool Exists(ReadOnlySpan<char> text)
        {
            foreach (var key in Keys)
            {
                if (text.EndsWith(key, StringComparison.Ordinal)) return true;
            }
            return false;
        }
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

    // npm, Groq, xAI, Replicate, Perplexity, Docker, PyPI, Shopify, Linear, Notion, DigitalOcean, HashiCorp, Databricks, Vercel, Figma.
    [GeneratedRegex(
        @"(?<![A-Za-z0-9_])(npm_|gsk_|xai-|r8_|pplx-|dckr_pat_|pypi-|shp(at|ca|pa|ss)_|lin_api_|ntn_|do[opr]_v1_|hv[sb]\.|dapi|vercel_|"
        + "figd_)(?>[A-Za-z0-9_-]{24,})", Options)]
    private static partial Regex Vendors();

    // Storage, Service Bus, Event Hubs, Cosmos: 44 and more letters of base64.
    [GeneratedRegex("(AccountKey|SharedAccessKey|SharedSecretValue)=(?>[A-Za-z0-9+/]{32,})={0,2}", Options | RegexOptions.IgnoreCase)]
    private static partial Regex AzureKey();

    [GeneratedRegex(@"[?&](api[_-]?key|key|code|sig|signature|sas|token|access_token|auth|secret|client_secret|password|X-(Amz|Goog)-"
        + @"(Signature|Credential|Security-Token))=(?<value>(?>[A-Za-z0-9%._~+/-]{12,}))", Options | RegexOptions.IgnoreCase)]
    private static partial Regex AddressParameter();

    [GeneratedRegex(@"basic[ \t]{1,4}(?<value>(?>[A-Za-z0-9+/]{8,})={0,2})", Options | RegexOptions.IgnoreCase)]
    private static partial Regex Basic();

    [GeneratedRegex(
        @"(\A|[;,])[ \t]{0,4}(password|pwd)[ \t]{0,4}=[ \t]{0,4}(?<value>[^;,\s""']{1,128})", Options | RegexOptions.IgnoreCase)]
    private static partial Regex ConnectionPassword();

    // What people call things: words, and numbers of up to four digits, with signs between them.
    [GeneratedRegex(
        @"\A([A-Za-z]{1,24}[0-9]{0,2}|[0-9]{1,4})([^A-Za-z0-9]{1,3}([A-Za-z]{1,24}[0-9]{0,2}|[0-9]{1,4}))*\z", Options)]
    private static partial Regex Words();
}
