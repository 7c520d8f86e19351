using AgentManagement.Text;

namespace AgentManagement.Files;

/// <summary>What a file can be called: no path, and nothing that a header or a folder could take for something else.</summary>
public static class FileName
{
    /// <summary>Most characters.</summary>
    public const int MaxCharacters = 255;

    public const string Rule =
        "must be a file name: 1 to 255 characters that can be seen, without '/', '\\', control characters and marks of direction";

    public static bool IsOne(string name) =>
        name.Length is > 0 and <= MaxCharacters && !string.IsNullOrWhiteSpace(name) && name is not ("." or "..")
        && OneLine.IsOne(name) && !name.Any(character => character is '/' or '\\' or '\uFFFD')
        // Half of a surrogate pair is no character.
        && name.EnumerateRunes().All(rune => rune.Value != 0xFFFD);
}
