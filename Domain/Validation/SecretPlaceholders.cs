using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>What stands where a credential will be, and is none: references to vaults, variables of the environment, "your key".</summary>
public static partial class SecretPlaceholders
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Whether there is one, and what is left of the text without any.</summary>
    public static bool AreIn(string text, out string rest)
    {
        rest = Place().Replace(text, " ");
        return rest != text;
    }

    /// <summary>Whether the text is the name of a secret elsewhere.</summary>
    public static bool IsReference(string text) => Reference().IsMatch(text) || Words().IsMatch(text);

    // ${{ … }} and {{ … }} of any language, ${VAR}, $(VAR), $VAR, $env:VAR, %VAR%, <your key>, [your key], __VAR__, #{VAR}, {VAR}, a row
    // of the same sign, and the functions that read the environment or a vault.
    [GeneratedRegex(
        @"\$?\{\{[^{}]{0,400}\}\}|[$#]\{[^{}]{0,400}\}|\$\([^()]{0,400}\)|\$env:[A-Za-z_]\w{0,127}|"
        + @"\$([A-Z_][A-Z0-9_]{0,127}|[a-z_]{1,128})(?!\w)|"
        + @"%[A-Za-z_]\w{0,127}%|<[^<>]{1,200}>|\[[A-Za-z _-]{1,200}\]|__[A-Za-z_]\w{0,127}__|\{[A-Za-z_][\w.:-]{0,127}\}|"
        + @"(\*|•|●){3,}|x{4,}|X{4,}|\.{3,}|…|"
        + @"(process\.env|os\.environ|import\.meta\.env|ENV|Env|env|secrets|vars)(\.[A-Za-z_]\w{0,127}|\[['""][^\[\]]{1,200}['""]\])|"
        + @"@?Microsoft\.KeyVault\([^()]{1,400}\)|(os\.getenv|getenv|env|secret|vault|lookup)\([^()]{1,400}\)",
        Options)]
    private static partial Regex Place();

    [GeneratedRegex(
        @"\A(secret://[A-Za-z0-9][A-Za-z0-9._/-]*|op://[^\r\n]{1,400}|"
        + @"(vault|keyring|akv|gcpsecretmanager|awssm|ssm|sm|env|bws|doppler|ref\+[a-z]{1,20})://\S{1,400}|"
        + @"(env|vault|keyring|file|ref|ssm):[A-Za-z_/.][\w./#-]{0,400}|arn:aws[a-z-]{0,8}:(secretsmanager|ssm|kms):\S{1,400}|"
        + @"projects/[\w-]{1,200}/secrets/[\w/-]{1,200}|/(run|var/run)/secrets/\S{1,200}|=\s?[A-Z]\w{0,63}\.\w{1,127}|"
        + @"https://[a-z0-9-]{1,64}\.vault\.(azure\.net|usgovcloudapi\.net|azure\.cn)/secrets/[A-Za-z0-9-]{1,127}(/[0-9a-f]{32})?)\z",
        Options | RegexOptions.IgnoreCase)]
    private static partial Regex Reference();

    // your-api-key, YOUR KEY HERE, change_me, REDACTED.
    [GeneratedRegex(
        @"\A[A-Za-z _.-]{0,64}(your|change[ _-]?me|redacted|placeholder|example|insert|replace|todo|dummy|masked|hidden)"
        + @"[A-Za-z _.-]{0,64}[0-9]{0,3}\z",
        Options | RegexOptions.IgnoreCase)]
    private static partial Regex Words();
}
