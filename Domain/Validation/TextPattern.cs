using System.Text.RegularExpressions;

namespace AgentManagement.Domain.Validation;

/// <summary>A pattern; shows itself as the schema has it.</summary>
public sealed class TextPattern(string text)
{
    // In .NET a '$' also matches before a final line feed; in JSON Schema it is the end. The patterns are the contract's own, and none
    // of them goes back far: the time is linear in the text (SchemaBoundsTests). An engine that never goes back is no faster here, and
    // takes every process 5 MB and a tenth of a second.
    private readonly Regex _regex = new(text.EndsWith('$') ? $@"{text[..^1]}\z" : text, RegexOptions.CultureInvariant);

    public bool IsMatch(string value) => _regex.IsMatch(value);

    public override string ToString() => text;
}
