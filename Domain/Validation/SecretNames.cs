using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>Credentials known by the name of the member that holds them, such as <c>apiKey</c> or <c>client_secret</c>.</summary>
public static partial class SecretNames
{
    private static readonly string[] Endings =
        ["apikey", "password", "passwd", "passphrase", "secret", "accesskey", "secretkey", "privatekey", "authorization", "accesstoken",
            "authtoken",
         "apitoken", "bearertoken", "refreshtoken"];

    /// <summary>Whether a text under this name is a credential: neither a reference to one nor a variable.</summary>
    public static bool IsIn(string name, string text)
    {
        if (name.Length == 0 || string.IsNullOrWhiteSpace(text)) return false;
        var letters = string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        var isNamed = letters == "token" || Endings.Any(ending => letters.EndsWith(ending, StringComparison.Ordinal))
            || (letters.EndsWith("token", StringComparison.Ordinal) && Opaque().IsMatch(text));
        return isNamed && !Reference().IsMatch(text) && !VariableRules.HasPlace(text);
    }

    // Models have tokens, too, that open nothing: </s> for one.
    [GeneratedRegex(@"\A[A-Za-z0-9._~+/=:-]{16,}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Opaque();

    [GeneratedRegex(@"\Asecret://[A-Za-z0-9][A-Za-z0-9._/-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
