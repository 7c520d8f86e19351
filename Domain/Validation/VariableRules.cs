using AgentManagement.Configuration;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>
/// Variables of the instructions: what is used is declared, what is declared is used. Never an error, because runtimes
/// bring variables of their own.
/// </summary>
public static class VariableRules
{
    private const int MaxNamed = 10;

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

    private static IEnumerable<Issue> Undeclared(string? text, HashSet<string> declared, string pointer)
    {
        string[] names = [.. VariableUses.Placed(text ?? "").Distinct(StringComparer.Ordinal).Where(name => !IsDeclared(name, declared))];
        if (names.Length == 0) yield break;
        // A credential can have the form of a name.
        var named = names.Where(name => !SecretShapes.IsIn(name)).Take(MaxNamed).Select(name => $"'{name}'").ToList();
        if (names.Length > named.Count) named.Add($"{names.Length - named.Count} more");
        yield return Issue.Warning(
            "variable_undeclared", pointer, $"{string.Join(", ", named)}: used, and not declared under instructions.variables.");
    }

    /// <summary>With a path, what it begins with may be declared, or what it is the beginning of.</summary>
    private static bool IsDeclared(string name, HashSet<string> declared) => declared.Contains(name) || declared.Any(each =>
        name.StartsWith($"{each}.", StringComparison.Ordinal) || each.StartsWith($"{name}.", StringComparison.Ordinal));

    private static IEnumerable<Issue> Unused(IEnumerable<string> declared, IEnumerable<string> texts)
    {
        var used = VariableUses.In(texts);
        return declared.Where(name => !used.Contains(name)).Select(name =>
            Issue.Warning("variable_unused", $"/config/instructions/variables/{name}", $"No text uses '{name}'."));
    }
}
