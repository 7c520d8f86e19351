using System.Text.RegularExpressions;
using AgentManagement.Configuration;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>
/// Variables of the instructions: what is used is declared, what is declared is used. Never an error, because runtimes
/// bring variables of their own.
/// </summary>
public static partial class VariableRules
{
    /// <param name="config">The configuration.</param>
    /// <param name="texts">All texts of the content: a variable may be used in any, in a tool's settings for one.</param>
    public static IEnumerable<Issue> Check(AgentConfig config, IEnumerable<string> texts)
    {
        if (config.Instructions is not { } instructions) return [];
        var declared = instructions.Variables?.Keys.ToHashSet(StringComparer.Ordinal) ?? [];
        return
        [
            .. Undeclared(instructions.Template, declared, "/config/instructions/template"),
            .. Undeclared(instructions.FirstMessage, declared, "/config/instructions/firstMessage"),
            .. declared.Count == 0 ? [] : Unused(declared, texts),
        ];
    }

    /// <summary>Whether the text has a place for a variable.</summary>
    public static bool HasPlace(string text) => Place().IsMatch(text);

    private static IEnumerable<Issue> Undeclared(string? text, HashSet<string> declared, string pointer)
    {
        // The names are the client's words: the message counts them instead.
        var count = NamesIn(text ?? "").Distinct(StringComparer.Ordinal).Count(name => !declared.Contains(name));
        if (count > 0) yield return Issue.Warning("variable_undeclared", pointer, $"It uses {count} variables that are not declared.");
    }

    private static IEnumerable<Issue> Unused(IEnumerable<string> declared, IEnumerable<string> texts)
    {
        var used = texts.SelectMany(NamesIn).ToHashSet(StringComparer.Ordinal);
        return declared.Where(name => !used.Contains(name)).Select(name =>
            Issue.Warning("variable_unused", $"/config/instructions/variables/{name}", "No text uses it."));
    }

    private static IEnumerable<string> NamesIn(string text) => Place().Matches(text).Select(place => place.Groups["name"].Value);

    [GeneratedRegex(@"\{\{[ \t]{0,8}(?<name>[A-Za-z_][A-Za-z0-9_]{0,63})[ \t]{0,8}\}\}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
