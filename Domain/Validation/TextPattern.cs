using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>A pattern; shows itself as the schema has it.</summary>
public sealed class TextPattern(string text)
{
    // In .NET a '$' also matches before a final line feed; in JSON Schema it is the end. Without backtracking the time is linear in the
    // text, which is bounded: a time-out would only refuse what is valid on a machine that is busy.
    private readonly Regex _regex = new(
        text.EndsWith('$') ? $@"{text[..^1]}\z" : text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    public bool IsMatch(string value) => _regex.IsMatch(value);

    public override string ToString() => text;
}
