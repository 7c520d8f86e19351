using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>Checks JSON against a schema.</summary>
/// <exception cref="NotSupportedException">The schema uses a keyword that is not supported.</exception>
public sealed class SchemaValidator(JsonNode schema)
{
    private const int MaxIssues = 100;

    private readonly SchemaNode _root = new SchemaCompiler(schema).Compile();

    private FieldSuggestions Suggestions => field ??= new(_root);

    /// <summary>What is wrong with the value, at most 100 issues; empty when nothing is.</summary>
    public ImmutableArray<Issue> Check(JsonElement value)
    {
        var issues = ImmutableArray.CreateBuilder<Issue>();
        Check(_root, value, "", issues);
        return [.. issues.Take(MaxIssues)];
    }

    private void Check(SchemaNode node, JsonElement value, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        if (issues.Count >= MaxIssues) return;
        if (!node.Allows(value))
        {
            issues.Add(Issue.Error("wrong_type", pointer, $"Must be {string.Join(" or ", node.Types!)}."));
            return;
        }
        if (node.MaximumBytes is { } bytes && Encoding.UTF8.GetByteCount(StrictJson.Compact(value).Text) > bytes)
        {
            issues.Add(Issue.Error("too_large", pointer, $"Must be at most {bytes} bytes of JSON."));
        }
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                CheckText(node, value, pointer, issues);
                break;
            case JsonValueKind.Number:
                CheckNumber(node, value, pointer, issues);
                break;
            case JsonValueKind.Array:
                CheckArray(node, value, pointer, issues);
                break;
            case JsonValueKind.Object:
                CheckObject(node, value, pointer, issues);
                break;
        }
    }

    private static void CheckText(SchemaNode node, JsonElement value, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        var text = value.GetString()!;
        if (node.Choices is { } choices && !choices.Contains(text))
        {
            issues.Add(Issue.Error("not_allowed", pointer, $"Must be one of: {string.Join(", ", choices)}."));
        }
        // Characters are Unicode code points, as JSON Schema counts them.
        var length = node.MinimumLength > 0 || node.MaximumLength < int.MaxValue ? text.EnumerateRunes().Count() : 0;
        if (length < node.MinimumLength || length > node.MaximumLength)
        {
            issues.Add(Issue.Error("wrong_length", pointer, $"Must be {Bounds(node.MinimumLength, node.MaximumLength)} characters long."));
        }
        else if (node.Pattern is { } pattern && !pattern.IsMatch(text))
        {
            issues.Add(Issue.Error("wrong_format", pointer, $"Must match {pattern}."));
        }
        else if (node.IsTimestamp && !Rfc3339.TryParse(text, out _))
        {
            issues.Add(Issue.Error("wrong_format", pointer, $"Must be {Rfc3339.Rule}."));
        }
    }

    private static void CheckNumber(SchemaNode node, JsonElement value, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        if (node.Minimum is null && node.Maximum is null) return;
        // A number too large for decimal is out of any range that a schema here has.
        if (!value.TryGetDecimal(out var number) || number < node.Minimum || number > node.Maximum)
        {
            issues.Add(Issue.Error("out_of_range", pointer, $"Must be from {node.Minimum} to {node.Maximum}."));
        }
    }

    private void CheckArray(SchemaNode node, JsonElement value, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        var count = value.GetArrayLength();
        if (count < node.MinimumItems || count > node.MaximumItems)
        {
            issues.Add(Issue.Error("wrong_count", pointer, $"Must have {Bounds(node.MinimumItems, node.MaximumItems)} items."));
            return;
        }
        var seen = node.UniqueItems ? new HashSet<string>(StringComparer.Ordinal) : null;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (issues.Count >= MaxIssues) return;
            var itemPointer = $"{pointer}/{index++}";
            if (node.Items is not null) Check(node.Items, item, itemPointer, issues);
            if (seen is not null && !seen.Add(StrictJson.Compact(item).Text))
            {
                issues.Add(Issue.Error("duplicate", itemPointer, "Must not come twice."));
            }
        }
    }

    private void CheckObject(SchemaNode node, JsonElement value, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        foreach (var name in node.Required.Where(name => !value.TryGetProperty(name, out _)))
        {
            issues.Add(Issue.Error("required", JsonPointer.Append(pointer, name), "Required."));
        }
        if (value.EnumerateObject().Count() > node.MaximumProperties)
        {
            issues.Add(Issue.Error("wrong_count", pointer, $"Must have at most {node.MaximumProperties} members."));
            return;
        }
        foreach (var member in value.EnumerateObject())
        {
            if (issues.Count >= MaxIssues) return;
            var memberPointer = JsonPointer.Append(pointer, member.Name);
            if (node.Names is { } names && !names.IsMatch(member.Name))
            {
                issues.Add(Issue.Error("wrong_format", memberPointer, $"The name must match {names}."));
            }
            if (node.Properties.TryGetValue(member.Name, out var property)) Check(property, member.Value, memberPointer, issues);
            else if (node.AdditionalProperties is { } additional) Check(additional, member.Value, memberPointer, issues);
            else if (node.IsClosed) issues.Add(Issue.Error("unknown_field", memberPointer, Suggestions.Tell(node, pointer, member.Name)));
        }
    }

    private static string Bounds(int least, int most) =>
        most == int.MaxValue ? $"at least {least}" : least == 0 ? $"at most {most}" : $"{least} to {most}";
}
