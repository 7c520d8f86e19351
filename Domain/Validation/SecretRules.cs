using System.Text.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>No credentials in content, wherever they stand: they belong in the vault, and content names them.</summary>
public static class SecretRules
{
    private const int MaxIssues = 100;

    /// <summary>The places that hold a credential. One whose own name is a credential is named by what holds it.</summary>
    public static ImmutableArray<Issue> Check(JsonElement content)
    {
        var issues = ImmutableArray.CreateBuilder<Issue>();
        Check(content, "", isWithin: false, "", issues);
        return issues.ToImmutable();
    }

    /// <summary>Whether the issue's pointer might go through a name that is a credential, and so must not be told.</summary>
    public static bool Hides(ImmutableArray<Issue> secrets, Issue issue) =>
        secrets.Any(secret => issue.Pointer.StartsWith($"{secret.Pointer}/", StringComparison.Ordinal));

    /// <param name="value">What is looked into.</param>
    /// <param name="name">What it is called, where it is called something.</param>
    /// <param name="isWithin">Whether something that holds it is called a credential.</param>
    /// <param name="pointer">Where it is.</param>
    /// <param name="issues">What was found.</param>
    private static void Check(
        JsonElement value, string name, bool isWithin, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        if (issues.Count >= MaxIssues) return;
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                var text = value.GetString()!;
                if (SecretNames.IsIn(name, text) || SecretShapes.IsIn(text) || (isWithin && SecretNames.IsWithin(text)))
                {
                    issues.Add(Refuse(pointer));
                }
                break;
            case JsonValueKind.Array:
                CheckItems(value, isWithin || SecretNames.IsOne(SingularOf(name)), pointer, issues);
                break;
            case JsonValueKind.Object when value.EnumerateObject().Any(member => SecretShapes.IsIn(member.Name)):
                issues.Add(Refuse(pointer));
                break;
            case JsonValueKind.Object:
                isWithin |= SecretNames.IsOne(SingularOf(name));
                var called = NameIn(value);
                foreach (var member in value.EnumerateObject())
                {
                    var memberName = called is not null && member.Name == "value" ? called : member.Name;
                    Check(member.Value, memberName, isWithin, JsonPointer.Append(pointer, member.Name), issues);
                }
                break;
        }
    }

    private static void CheckItems(JsonElement list, bool isWithin, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        var (index, before) = (0, "");
        foreach (var item in list.EnumerateArray())
        {
            // Of arguments the one after --api-key.
            Check(item, before, isWithin, $"{pointer}/{index++}", issues);
            before = item.ValueKind == JsonValueKind.String && item.GetString() is ['-', ..] option ? option : "";
        }
    }

    /// <summary>What a value is called in a list of headers or variables: <c>{"name": "X-API-Key", "value": …}</c>.</summary>
    private static string? NameIn(JsonElement pair)
    {
        if (!pair.TryGetProperty("value", out _)) return null;
        foreach (var title in (string[])["name", "key", "header"])
        {
            if (pair.TryGetProperty(title, out var name) && name.ValueKind == JsonValueKind.String) return name.GetString();
        }
        return null;
    }

    private static string SingularOf(string name) => name.EndsWith('s') ? name[..^1] : name;

    private static Issue Refuse(string pointer) => Issue.Error(
        "secret_in_content", pointer, "It looks like a credential. Keep it in the vault and name it here: secret://name.");
}
