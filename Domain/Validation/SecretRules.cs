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
        Check(content, "", "", issues);
        return issues.ToImmutable();
    }

    /// <summary>Whether the issue's pointer might go through a name that is a credential, and so must not be told.</summary>
    public static bool Hides(ImmutableArray<Issue> secrets, Issue issue) =>
        secrets.Any(secret => issue.Pointer.StartsWith($"{secret.Pointer}/", StringComparison.Ordinal));

    private static void Check(JsonElement value, string name, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        if (issues.Count >= MaxIssues) return;
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                var text = value.GetString()!;
                if (SecretNames.IsIn(name, text) || SecretShapes.IsIn(text)) issues.Add(Refuse(pointer));
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray()) Check(item, "", $"{pointer}/{index++}", issues);
                break;
            case JsonValueKind.Object when value.EnumerateObject().Any(member => SecretShapes.IsIn(member.Name)):
                issues.Add(Refuse(pointer));
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Check(member.Value, member.Name, JsonPointer.Append(pointer, member.Name), issues);
                }
                break;
        }
    }

    private static Issue Refuse(string pointer) => Issue.Error(
        "secret_in_content", pointer, "It looks like a credential. Keep it in the vault and name it here: secret://name.");
}
