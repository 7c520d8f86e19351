using System.Text.RegularExpressions;

namespace AgentManagement.WebConsole.Editing;

/// <summary>A variable where it stands in a prompt.</summary>
public sealed record PromptVariable(string Name, int At, int Length);

/// <summary>The variables of a prompt: <c>{{name}}</c>, as the page marks them.</summary>
public static partial class PromptVariables
{
    public static IReadOnlyList<PromptVariable> Find(string prompt) =>
        [.. Variable().Matches(prompt).Select(match => new PromptVariable(match.Groups[1].Value, match.Index, match.Length))];

    /// <summary>Those that nobody declared, each once, in their order.</summary>
    public static IReadOnlyList<PromptVariable> Undeclared(string prompt, IReadOnlyCollection<string> declared) =>
    [
        .. Find(prompt).Where(variable => variable.Name.Length > 0 && !declared.Contains(variable.Name))
            .DistinctBy(variable => variable.Name),
    ];

    /// <summary>The prompt with values in the place of its variables; those without one stay.</summary>
    public static string Fill(string prompt, IReadOnlyDictionary<string, string> values) =>
        Variable().Replace(prompt, match => values.GetValueOrDefault(match.Groups[1].Value, match.Value));

    /// <summary>About how many tokens a text is: four characters each, as is usual for English.</summary>
    public static int Tokens(string text) => (text.Length + 3) / 4;

    [GeneratedRegex(@"\{\{\s*([^{}\s]*)\s*\}\}")]
    private static partial Regex Variable();
}
