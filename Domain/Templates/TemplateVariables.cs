using System.Text.Json;
using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Templates;

/// <summary>The values of a template's variables.</summary>
public static class TemplateVariables
{
    private const int MaxTextCharacters = 8_000;

    /// <summary>A value for every variable: the given one, or its default, or an empty one where it may be left out.</summary>
    /// <param name="declarations">The template's variables, by name.</param>
    /// <param name="given">An object of values; null stands for "not given".</param>
    /// <returns>The values, or Invalid with everything that is wrong with those given.</returns>
    public static Outcome<IReadOnlyDictionary<string, JsonElement>> Resolve(JsonText declarations, JsonText given)
    {
        var (variables, values) = (Read(declarations), StrictJson.Parse(given));
        if (values.ValueKind != JsonValueKind.Object) return Refuse([Issue.Error("wrong_type", "/variables", "Must be object.")]);

        var issues = values.EnumerateObject().Where(value => !variables.ContainsKey(value.Name))
            .Select(value => Issue.Error("unknown_variable", PointerOf(value.Name), "The template has no such variable.")).ToList();
        var resolved = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, declaration) in variables)
        {
            if (values.Member(name) is { } value) issues.AddRange(Check(name, declaration, value));
            else if (declaration.Required == true && declaration.Default is null or { ValueKind: JsonValueKind.Null })
            {
                issues.Add(Issue.Error("required", PointerOf(name), "Required by the template."));
            }
            resolved[name] = values.Member(name) ?? DefaultOf(declaration);
        }
        return issues.Count > 0 ? Refuse(issues) : Outcome.Ok<IReadOnlyDictionary<string, JsonElement>>(resolved);
    }

    /// <summary>A value for every variable, so that a template can be tried before anybody gives values.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Samples(JsonText declarations) => Read(declarations).ToDictionary(
        variable => variable.Key,
        variable => variable.Value is { Required: true, Default: null or { ValueKind: JsonValueKind.Null } }
            ? Sample(variable.Value) : DefaultOf(variable.Value));

    private static Dictionary<string, VariableDeclaration> Read(JsonText declarations) =>
        JsonSerializer.Deserialize<Dictionary<string, VariableDeclaration>>(declarations.Text, ContractSchema.JsonOptions)!;

    private static IEnumerable<Issue> Check(string name, VariableDeclaration declaration, JsonElement value)
    {
        if (!declaration.Accepts(value)) yield return Issue.Error("wrong_type", PointerOf(name), $"Must be a {declaration.Type}.");
        else if (value.ValueKind == JsonValueKind.String && value.GetString()!.EnumerateRunes().Count() > MaxTextCharacters)
        {
            yield return Issue.Error("wrong_length", PointerOf(name), $"Must be at most {MaxTextCharacters} characters long.");
        }
    }

    private static JsonElement DefaultOf(VariableDeclaration declaration) =>
        declaration.Default is { ValueKind: not JsonValueKind.Null } value ? value : StrictJson.Parse(new(declaration.Type switch
        {
            "number" => "0",
            "boolean" => "false",
            "list" => "[]",
            "object" => "{}",
            _ => "\"\"",
        }));

    /// <summary>A value that the variable can have.</summary>
    private static JsonElement Sample(VariableDeclaration declaration) => JsonSerializer.SerializeToElement<object>(declaration.Type switch
    {
        "number" => Math.Min(Math.Max(1, declaration.Min ?? 1), declaration.Max ?? double.MaxValue),
        "boolean" => true,
        "enum" => declaration.Choices is [var first, ..] ? first : "",
        "list" => Array.Empty<object>(),
        "object" => new Dictionary<string, object>(),
        _ => "sample",
    });

    private static string PointerOf(string name) => JsonPointer.Append("/variables", name);

    private static Outcome<IReadOnlyDictionary<string, JsonElement>> Refuse(IEnumerable<Issue> issues) =>
        Outcome.Invalid<IReadOnlyDictionary<string, JsonElement>>(issues);
}
