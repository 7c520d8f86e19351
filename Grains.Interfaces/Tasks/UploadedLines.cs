using AgentManagement.Outcomes;

namespace AgentManagement.Tasks;

/// <summary>Some of the lines that a task works on.</summary>
/// <param name="First">The number of the first of them, from 0.</param>
/// <param name="Lines">Whole lines.</param>
[GenerateSerializer, Immutable, Alias("UploadedLines")]
public sealed record UploadedLines(int First, string Lines)
{
    /// <summary>More are in no line that can be imported.</summary>
    public const int MaxLineCharacters = 2 * 1024 * 1024;

    /// <summary>What is wrong with a line that is larger; null when it is not.</summary>
    public static Issue? CheckLine(string line) => line.Length > MaxLineCharacters
        ? Issue.Error("line_too_large", "", $"Must have at most {MaxLineCharacters} characters.")
        : null;

    /// <summary>How long they are, and not the lines: Orleans writes arguments of failed calls into messages and logs.</summary>
    public override string ToString() => $"{Lines.Length} characters from line {First} on";
}
