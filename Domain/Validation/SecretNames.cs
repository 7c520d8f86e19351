using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>Credentials known by the name of the member that holds them, such as <c>apiKey</c> or <c>client_secret</c>.</summary>
public static partial class SecretNames
{
    private static readonly string[] Passwords = ["password", "passwd", "pwd", "passphrase"];

    private static readonly string[] Endings =
    [
        "apikey", "secret", "accesskey", "secretkey", "privatekey", "authorization", "accesstoken", "authtoken", "apitoken", "bearertoken",
        "refreshtoken", "accountkey", "sharedaccesskey", .. Passwords,
    ];

    // What a parameter of an address is called that opens something.
    private static readonly HashSet<string> Parameters = new(StringComparer.Ordinal)
    {
        "key", "code", "sig", "signature", "sas", "auth", "pass", "credential", "xamzsignature", "xamzcredential", "xamzsecuritytoken",
        "xgoogsignature", "xgoogcredential",
    };

    /// <summary>Whether what is called so is a credential.</summary>
    public static bool IsOne(string name) => LettersOf(name) is var letters && (letters == "token" || EndsWithAny(letters, Endings));

    /// <summary>Whether a text under this name is a credential: no reference to one, no placeholder, no plain word.</summary>
    public static bool IsIn(string name, string text)
    {
        if (name.Length == 0 || string.IsNullOrWhiteSpace(text)) return false;
        var letters = LettersOf(name);
        if (letters == "token" || EndsWithAny(letters, Endings)) return IsValue(text.Trim(), EndsWithAny(letters, Passwords));
        // Models have tokens, too, that open nothing: </s> for one.
        return letters.EndsWith("token", StringComparison.Ordinal) && Opaque().IsMatch(text) && IsValue(text, isPassword: false);
    }

    /// <summary>Whether a parameter of an address is a credential.</summary>
    public static bool IsInParameter(string name, string value) =>
        IsOne(name) ? value.Length > 0 && IsValue(value, isPassword: true)
            : IsIn(name, value) || (Parameters.Contains(LettersOf(name)) && SecretShapes.IsOpaque(value));

    /// <summary>Whether a text within what is called a credential, an object or a list, is one.</summary>
    public static bool IsWithin(string text) =>
        Opaque().IsMatch(text) && !SecretPlaceholders.IsReference(text) && !SecretPlaceholders.AreIn(text, out _)
        && !text.Contains("://", StringComparison.Ordinal) && SecretShapes.IsOpaque(text);

    /// <param name="text">What is in its place.</param>
    /// <param name="isPassword">Whether it may be a word.</param>
    private static bool IsValue(string text, bool isPassword)
    {
        if (SecretPlaceholders.IsReference(text)) return false;
        // Begun as a reference, and none.
        if (text.StartsWith("secret://", StringComparison.Ordinal)) return true;
        if (SecretPlaceholders.AreIn(text, out var rest)) return HasKey(rest);
        if (Plain().IsMatch(text)) return false;
        // Of a password one word is enough; who describes it writes more.
        if (isPassword) return !Sentence().IsMatch(text);
        return !Sentence().IsMatch(text) && (!Word().IsMatch(text) || LooksMixed(text));
    }

    /// <summary>Whether something beside a placeholder is long enough to be a key.</summary>
    private static bool HasKey(string rest)
    {
        foreach (var run in Run().EnumerateMatches(rest))
        {
            var text = rest.AsSpan(run.Index, run.Length);
            if (text.ContainsAnyInRange('0', '9') && text.ContainsAnyExceptInRange('0', '9')) return true;
            if (LooksMixed(text)) return true;
        }
        return false;
    }

    /// <summary>Capitals in the middle of small letters again and again, or more letters than any word has.</summary>
    private static bool LooksMixed(ReadOnlySpan<char> text)
    {
        const int MinLetters = 16, MaxWordLetters = 40, MinTurns = 5;
        if (text.Length < MinLetters) return false;
        var turns = 0;
        for (var at = 1; at < text.Length; at++)
        {
            if (char.IsAsciiLetterUpper(text[at]) != char.IsAsciiLetterUpper(text[at - 1])) turns++;
        }
        return turns > MinTurns || (text.Length > MaxWordLetters && !text.ContainsAny(' ', '_', '-'));
    }

    private static string LettersOf(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static bool EndsWithAny(string letters, string[] endings) =>
        Array.Exists(endings, ending => letters.EndsWith(ending, StringComparison.Ordinal));

    [GeneratedRegex(@"\A[A-Za-z0-9._~+/=:-]{8,}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Opaque();

    [GeneratedRegex("[A-Za-z0-9._~+/=-]{6,}", RegexOptions.CultureInvariant)]
    private static partial Regex Run();

    // How somebody is to log in, and what stands for "nothing".
    [GeneratedRegex(
        @"\A(oauth|oauth-?[12](\.0a?)?|oidc|openid|saml2?|jwt|mtls|basic|bearer|digest|api[_-]?key|none|null|nil|undefined|n/a|required|"
        + @"optional|true|false|yes|no|on|off|auto|default|custom|header|query|cookie|body|env|environment|vault|secret|password|token|"
        + @"inherit|empty|(oauth2|aws|azure|gcp|google|microsoft|service|managed|client|user)([_-][a-z]{1,20}[0-9]?){1,4}|"
        + @"(hs|rs|es|ps|sha|aes|md)-?[0-9]{1,3})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Plain();

    [GeneratedRegex(@"\A[\p{L}_ .:-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    // Words with spaces between them, each short enough to be one.
    [GeneratedRegex(@"\A[^\s\p{L}]{0,3}([^\s0-9]{1,24}|[0-9]{1,4})(\s+([^\s0-9]{1,24}|[0-9]{1,4})){2,}\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Sentence();
}
