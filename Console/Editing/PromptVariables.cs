using System.Text.RegularExpressions;

namespace AgentManagement.WebConsole.Editing;

/// <summary>A variable where it stands in a prompt.</summary>
public sealed record PromptVariable(string Name, int At, int Length);

/// <summary>A variable that is being typed: where its braces begin, what would be replaced, and what there is of its name.</summary>
public sealed record BegunVariable(int At, int Length, string Typed);

/// <summary>The variables of a prompt: <c>{{name}}</c>, as the page marks them.</summary>
public static partial class PromptVariables
{
    /// <summary>Longer than names are.</summary>
    private const int MaxLookedAt = 200;

    public static IReadOnlyList<PromptVariable> Find(string prompt) =>
        [.. Variable().Matches(prompt).Select(match => new PromptVariable(match.Groups[1].Value, match.Index, match.Length))];

    /// <summary>Those that nobody declared, each once, in their order.</summary>
    public static IReadOnlyList<PromptVariable> Undeclared(string prompt, IReadOnlyCollection<string> declared) =>
    [
        .. Find(prompt).Where(variable => variable.Name.Length > 0 && !declared.Contains(variable.Name))
            .DistinctBy(variable => variable.Name),
    ];

    /// <summary>The variable that is being typed where the caret is; null where none is.</summary>
    public static BegunVariable? Begun(string prompt, int caret)
    {
        var from = Math.Max(0, caret - MaxLookedAt);
        if (Beginning().Match(prompt[from..caret]) is not { Success: true } begun) return null;
        var rest = Rest().Match(prompt[caret..Math.Min(prompt.Length, caret + MaxLookedAt)]);
        var at = from + begun.Index;
        return new(at, caret - at + rest.Length, begun.Groups[1].Value);
    }

    /// <summary>Names that go on as what is typed, those that begin so first; none where it is one of them already, whole.</summary>
    public static IReadOnlyList<string> Matching(IReadOnlyCollection<string> declared, string typed, int max)
    {
        string[] found =
        [
            .. declared.Where(name => name.Contains(typed, StringComparison.OrdinalIgnoreCase))
                .OrderBy(name => !name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).ThenBy(name => name, StringComparer.Ordinal)
                .Take(max),
        ];
        return found is [var only] && only == typed ? [] : found;
    }

    /// <summary>The prompt with values in the place of its variables; those without one stay.</summary>
    public static string Fill(string prompt, IReadOnlyDictionary<string, string> values) =>
        Variable().Replace(prompt, match => values.GetValueOrDefault(match.Groups[1].Value, match.Value));

    /// <summary>About how many tokens a text is: four characters each, as is usual for English.</summary>
    public static int Tokens(string text) => (text.Length + 3) / 4;

    [GeneratedRegex(@"\{\{ *([^{}\s]*)\z")]
    private static partial Regex Beginning();

    /// <summary>What stands after the caret and belongs to a variable that is closed already.</summary>
    [GeneratedRegex(@"\A[^{}\s]* *\}\}")]
    private static partial Regex Rest();

    [GeneratedRegex(@"\{\{\s*([^{}\s]*)\s*\}\}")]
    private static partial Regex Variable();
}
