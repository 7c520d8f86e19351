namespace AgentManagement.ServiceDefaults.Settings;

/// <summary>Tells secrets that somebody wrote, or copied from documentation, from those that were made at random.</summary>
public static class SecretStrength
{
    // 32 random bytes have 16 different hexadecimal digits but for one time in many.
    private const int MinDistinctCharacters = 8;
    private const int LongestPattern = 16;
    private const int LongestRun = 8;

    private static readonly string[] KnownWords =
    [
        "changeme", "changethis", "replaceme", "replacethis", "secret", "password", "passw0rd", "default", "example", "placeholder",
        "insecure",
        "development", "yourkey", "testkey", "devkey", "supersecure", "qwerty", "letmein", "abcdefgh", "12345678", "agentmanagement",
    ];

    /// <summary>
    /// Whether a secret can be guessed: too few different characters, a pattern over and over, a row of neighbours, or a word of examples.
    /// </summary>
    public static bool IsWeak(string secret) =>
        secret.Distinct().Count() < MinDistinctCharacters || IsRepeated(secret) || HasLongRun(secret) || HasKnownWord(secret);

    private static bool IsRepeated(string secret) => Enumerable.Range(1, Math.Min(LongestPattern, secret.Length / 2)).Any(
        length => Enumerable.Range(length, secret.Length - length).All(index => secret[index] == secret[index - length]));

    /// <summary>Whether it counts, as in "23456789", or says the same again and again.</summary>
    private static bool HasLongRun(string secret) => ((int[])[-1, 0, 1]).Any(step =>
    {
        var run = 1;
        for (var index = 1; index < secret.Length && run < LongestRun; index++) run = secret[index] - secret[index - 1] == step
            ? run + 1 : 1;
        return run >= LongestRun;
    });

    /// <summary>Whether such a word is in it, however it is written. By chance it is in no random text of the usual alphabets.</summary>
    private static bool HasKnownWord(string secret)
    {
        var letters = string.Concat(secret.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return Array.Exists(KnownWords, word => letters.Contains(word, StringComparison.Ordinal));
    }
}
