using System.Text.Json;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>Checks that one document is a JSON Schema: that each keyword known has a value of its form, all the way down.</summary>
public sealed class JsonSchemaCheck(JsonElement schema, SchemaPatterns patterns)
{
    private const int MaxIssues = 100;

    private readonly SchemaReferences _references = new(schema);
    private readonly List<Issue> _issues = [];

    /// <summary>What is wrong with it, each at its very place.</summary>
    public IEnumerable<Issue> Run(string pointer)
    {
        Schema(schema, pointer, schema);
        return _issues;
    }

    /// <param name="value">What should be a schema.</param>
    /// <param name="pointer">Where it is.</param>
    /// <param name="around">The nearest schema around it that has an id of its own.</param>
    private void Schema(JsonElement value, string pointer, JsonElement around)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return;
        if (!Is(value.ValueKind == JsonValueKind.Object, pointer, "Must be a schema: an object, true or false.")) return;
        if (value.TryGetProperty("$id", out var id) && id.ValueKind == JsonValueKind.String && !id.GetString()!.StartsWith('#'))
        {
            around = value;
        }
        foreach (var keyword in value.EnumerateObject())
        {
            if (_issues.Count >= MaxIssues) return;
            if (SchemaKeyword.Forms.TryGetValue(keyword.Name, out var form))
            {
                Keyword(form, keyword.Value, JsonPointer.Append(pointer, keyword.Name), around);
            }
        }
    }

    private void Keyword(KeywordForm form, JsonElement value, string pointer, JsonElement around)
    {
        switch (form)
        {
            case KeywordForm.Text:
                Is(value.ValueKind == JsonValueKind.String, pointer, "Must be a text.");
                break;
            case KeywordForm.Flag:
                Is(IsFlag(value), pointer, "Must be true or false.");
                break;
            case KeywordForm.Number:
                Is(value.ValueKind == JsonValueKind.Number, pointer, "Must be a number.");
                break;
            case KeywordForm.PositiveNumber:
                Is(value.ValueKind == JsonValueKind.Number && value.GetDouble() > 0, pointer, "Must be a number above 0.");
                break;
            case KeywordForm.NumberOrFlag:
                Is(value.ValueKind == JsonValueKind.Number || IsFlag(value), pointer, "Must be a number.");
                break;
            case KeywordForm.Count:
                Is(IsCount(value), pointer, "Must be a whole number from 0.");
                break;
            case KeywordForm.List:
                Is(value.ValueKind == JsonValueKind.Array, pointer, "Must be an array.");
                break;
            case KeywordForm.Texts:
                Is(AreTexts(value), pointer, "Must be an array of texts, each once.");
                break;
            case KeywordForm.Types:
                Types(value, pointer);
                break;
            case KeywordForm.Pattern:
                if (Is(value.ValueKind == JsonValueKind.String, pointer, "Must be a text.")) Pattern(value.GetString()!, pointer);
                break;
            case KeywordForm.Reference:
                if (Is(value.ValueKind == JsonValueKind.String, pointer, "Must be a text.")) Reference(value.GetString()!, pointer, around);
                break;
            case KeywordForm.SchemaOrSchemas when value.ValueKind == JsonValueKind.Array:
                Items(value, pointer, around);
                break;
            case KeywordForm.Schema or KeywordForm.SchemaOrSchemas:
                Schema(value, pointer, around);
                break;
            case KeywordForm.Schemas:
                if (Is(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, pointer,
                    "Must be an array of schemas, at least one."))
                {
                    Items(value, pointer, around);
                }
                break;
            default:
                Members(form, value, pointer, around);
                break;
        }
    }

    private void Members(KeywordForm form, JsonElement value, string pointer, JsonElement around)
    {
        if (!Is(value.ValueKind == JsonValueKind.Object, pointer, "Must be an object.")) return;
        foreach (var member in value.EnumerateObject())
        {
            var memberPointer = JsonPointer.Append(pointer, member.Name);
            if (form == KeywordForm.PatternedSchemas) Pattern(member.Name, memberPointer);
            if (form == KeywordForm.NamedTexts || (form == KeywordForm.Dependencies && member.Value.ValueKind == JsonValueKind.Array))
            {
                Is(AreTexts(member.Value), memberPointer, "Must be an array of texts, each once.");
            }
            else
            {
                Schema(member.Value, memberPointer, around);
            }
        }
    }

    private void Items(JsonElement value, string pointer, JsonElement around)
    {
        var index = 0;
        foreach (var item in value.EnumerateArray()) Schema(item, $"{pointer}/{index++}", around);
    }

    private void Types(JsonElement value, string pointer)
    {
        var isGood = value.ValueKind == JsonValueKind.Array
            ? value.GetArrayLength() > 0 && AreTexts(value) && value.EnumerateArray().All(IsType)
            : IsType(value);
        Is(isGood, pointer, $"Must be one of {string.Join(", ", SchemaKeyword.Types)}, or an array of them, each once.");
    }

    private void Pattern(string pattern, string pointer)
    {
        if (Is(
            patterns.IsBounded(pattern), pointer,
            $"A pattern must have at most {SchemaPatterns.MaxCharacters} characters, and all together "
                + $"{SchemaPatterns.MaxCharactersInAll}."))
        {
            var problem = patterns.Problem(pattern);
            Is(problem is null, pointer, problem ?? "");
        }
    }

    private void Reference(string reference, string pointer, JsonElement around)
    {
        if (!_references.IsLocal(reference)) _issues.Add(
            Issue.Error("schema_remote_ref", pointer, "Must point into this schema: others are not fetched."));
        else Is(_references.Resolves(reference, around), pointer, "Must point to a schema that is there.");
    }

    private bool Is(bool condition, string pointer, string message)
    {
        if (!condition && _issues.Count < MaxIssues) _issues.Add(Issue.Error("invalid_json_schema", pointer, message));
        return condition;
    }

    private static bool IsFlag(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    private static bool IsType(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && SchemaKeyword.Types.Contains(value.GetString()!);

    private static bool IsCount(JsonElement value) => JsonInteger.IsOne(value) && value.GetDouble() >= 0;

    private static bool AreTexts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
        && value.EnumerateArray().Select(item => item.GetString()).Distinct(StringComparer.Ordinal).Count() == value.GetArrayLength();
}
