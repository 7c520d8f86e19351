using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>A pattern; shows itself as the schema has it.</summary>
public sealed class TextPattern(string text)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    // In .NET a '$' also matches before a final line feed; in JSON Schema it is the end.
    private readonly Regex _regex = new(
        text.EndsWith('$') ? $@"{text[..^1]}\z" : text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Timeout);

    public bool IsMatch(string value) => _regex.IsMatch(value);

    public override string ToString() => text;
}
