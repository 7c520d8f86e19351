using System.Text.RegularExpressions;
using AgentManagement.Json;

namespace AgentManagement.Domain.Json;

/// <summary>A place in two documents at once: the same thing need not be at the same index in both.</summary>
/// <param name="OlderPath">JSON pointer into the older.</param>
/// <param name="NewerPath">JSON pointer into the newer.</param>
/// <param name="Label">The place in words: <c>config.tools[search].timeoutSeconds</c>.</param>
/// <param name="Name">The name of the member; what it was for an item of an array has none.</param>
public sealed partial record JsonPlace(string OlderPath, string NewerPath, string Label, string Name)
{
    private const int MaxKeyCharacters = 60;

    public static JsonPlace Root { get; } = new("", "", "", "");

    /// <summary>A member of what is here.</summary>
    public JsonPlace Member(string name) => new(
        JsonPointer.Append(OlderPath, name), JsonPointer.Append(NewerPath, name),
        Label + (PlainName().IsMatch(name) ? Separator + name : $"[\"{Line(name)}\"]"), name);

    /// <summary>An item of what is here; an index that it does not have is never looked at.</summary>
    public JsonPlace Item(int olderIndex, int newerIndex, string key) =>
        new($"{OlderPath}/{olderIndex}", $"{NewerPath}/{newerIndex}", $"{Label}[{Line(key)}]", "");

    private string Separator => Label.Length == 0 ? "" : ".";

    /// <summary>The key as a part of a line.</summary>
    private static string Line(string key)
    {
        var line = string.Concat(key.Select(letter => char.IsControl(letter) ? ' ' : letter));
        if (line.Length <= MaxKeyCharacters) return line;
        var end = char.IsHighSurrogate(line[MaxKeyCharacters - 1]) ? MaxKeyCharacters - 1 : MaxKeyCharacters;
        return $"{line[..end]}…";
    }

    [GeneratedRegex(@"\A[A-Za-z_$][A-Za-z0-9_$-]{0,59}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();
}
