using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Validation;

/// <summary>
/// Checks JSON against a schema made by <see cref="Configuration.ContractSchema"/>: the keywords of JSON Schema 2020-12
/// that such a schema uses, and no others. A keyword that it does not know stops the construction, so that none is
/// ever ignored in silence.
/// </summary>
internal sealed class SchemaValidator
{
    private const int MostIssues = 100;
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(250);

    private readonly Node _root;
    private readonly JsonNode _document;
    private readonly Dictionary<string, Node> _byReference = [];

    /// <exception cref="NotSupportedException">The schema uses a keyword that is not supported.</exception>
    public SchemaValidator(JsonNode schema)
    {
        _document = schema;
        _root = Compile(schema);
    }

    /// <summary>What is wrong with the value, at most 100 issues; empty when nothing is.</summary>
    public ImmutableArray<Issue> Check(JsonElement value)
    {
        var issues = ImmutableArray.CreateBuilder<Issue>();
        Check(_root, value, "", issues);
        return [.. issues.Take(MostIssues)];
    }

    private static void Check(Node node, JsonElement value, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        if (issues.Count >= MostIssues) return;
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
                CheckText(node, value.GetString()!, pointer, issues);
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

    private static void CheckText(Node node, string text, string pointer, ImmutableArray<Issue>.Builder issues)
    {
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
    }

    private static void CheckNumber(Node node, JsonElement value, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        if (node.Minimum is null && node.Maximum is null) return;
        // A number too large for decimal is out of any range that a schema here has.
        if (!value.TryGetDecimal(out var number) || number < node.Minimum || number > node.Maximum)
        {
            issues.Add(Issue.Error("out_of_range", pointer, $"Must be from {node.Minimum} to {node.Maximum}."));
        }
    }

    private static void CheckArray(Node node, JsonElement value, string pointer, ImmutableArray<Issue>.Builder issues)
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
            if (issues.Count >= MostIssues) return;
            var itemPointer = $"{pointer}/{index++}";
            if (node.Items is not null) Check(node.Items, item, itemPointer, issues);
            if (seen is not null && !seen.Add(StrictJson.Compact(item).Text))
            {
                issues.Add(Issue.Error("duplicate", itemPointer, "Must not come twice."));
            }
        }
    }

    private static void CheckObject(Node node, JsonElement value, string pointer, ImmutableArray<Issue>.Builder issues)
    {
        foreach (var name in node.Required.Where(name => !value.TryGetProperty(name, out _)))
        {
            issues.Add(Issue.Error("required", JsonPointer.Append(pointer, name), "Must be there."));
        }
        if (value.EnumerateObject().Count() > node.MaximumProperties)
        {
            issues.Add(Issue.Error("wrong_count", pointer, $"Must have at most {node.MaximumProperties} members."));
            return;
        }
        foreach (var member in value.EnumerateObject())
        {
            if (issues.Count >= MostIssues) return;
            var memberPointer = JsonPointer.Append(pointer, member.Name);
            if (node.Names is { } names && !names.IsMatch(member.Name))
            {
                issues.Add(Issue.Error("wrong_format", memberPointer, $"The name must match {names}."));
            }
            if (node.Properties.TryGetValue(member.Name, out var property)) Check(property, member.Value, memberPointer, issues);
            else if (node.AdditionalProperties is { } additional) Check(additional, member.Value, memberPointer, issues);
            else if (node.IsClosed) issues.Add(Issue.Error("unknown_field", memberPointer, "There is no such field."));
        }
    }

    private static string Bounds(int least, int most) =>
        most == int.MaxValue ? $"at least {least}" : least == 0 ? $"at most {most}" : $"{least} to {most}";

    private Node Compile(JsonNode schema)
    {
        var node = new Node();
        // `true`: anything.
        if (schema is not JsonObject keywords) return node;
        foreach (var (keyword, value) in keywords) CompileKeyword(node, keyword, value!);
        return node;
    }

    private void CompileKeyword(Node node, string keyword, JsonNode value)
    {
        switch (keyword)
        {
            case "$schema" or "title" or "description":
                break;
            case "$ref":
                node.CopyFrom(Resolve(value.GetValue<string>()));
                break;
            case "type":
                node.Types = value is JsonArray types ? [.. types.Select(type => type!.GetValue<string>())] : [value.GetValue<string>()];
                break;
            case "enum":
                node.Choices = [.. value.AsArray().Where(choice => choice is not null).Select(choice => choice!.GetValue<string>())];
                break;
            case "minLength":
                node.MinimumLength = value.GetValue<int>();
                break;
            case "maxLength":
                node.MaximumLength = value.GetValue<int>();
                break;
            case "pattern":
                node.Pattern = MakePattern(value);
                break;
            case "minimum":
                node.Minimum = value.GetValue<decimal>();
                break;
            case "maximum":
                node.Maximum = value.GetValue<decimal>();
                break;
            case "items":
                node.Items = Compile(value);
                break;
            case "minItems":
                node.MinimumItems = value.GetValue<int>();
                break;
            case "maxItems":
                node.MaximumItems = value.GetValue<int>();
                break;
            case "uniqueItems":
                node.UniqueItems = value.GetValue<bool>();
                break;
            case "properties":
                node.Properties = value.AsObject().ToDictionary(property => property.Key, property => Compile(property.Value!));
                break;
            case "required":
                node.Required = [.. value.AsArray().Select(name => name!.GetValue<string>())];
                break;
            case "maxProperties":
                node.MaximumProperties = value.GetValue<int>();
                break;
            case "propertyNames":
                node.Names = MakePattern(value["pattern"]!);
                break;
            case "additionalProperties" when value is JsonObject:
                node.AdditionalProperties = Compile(value);
                break;
            case "additionalProperties":
                node.IsClosed = !value.GetValue<bool>();
                break;
            case "x-maxBytes":
                node.MaximumBytes = value.GetValue<int>();
                break;
            default:
                throw new NotSupportedException($"The schema keyword '{keyword}' is not supported.");
        }
    }

    /// <summary>Finds a local reference such as <c>#/properties/model/properties/params</c>.</summary>
    private Node Resolve(string reference)
    {
        if (_byReference.TryGetValue(reference, out var known)) return known;
        var target = reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(_document, (node, step) => node[step] ?? throw new NotSupportedException($"Nothing at '{reference}'."));
        return _byReference[reference] = Compile(target);
    }

    private static TextPattern MakePattern(JsonNode pattern) => new(pattern.GetValue<string>());

    /// <summary>A pattern; shows itself as the schema has it.</summary>
    private sealed class TextPattern(string text)
    {
        // In .NET a '$' also matches before a final line feed; in JSON Schema it is the end.
        private readonly Regex _regex = new(
            text.EndsWith('$') ? $@"{text[..^1]}\z" : text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, PatternTimeout);

        public bool IsMatch(string value) => _regex.IsMatch(value);

        public override string ToString() => text;
    }

    /// <summary>A schema, compiled.</summary>
    private sealed class Node
    {
        public ImmutableArray<string>? Types { get; set; }
        public ImmutableArray<string>? Choices { get; set; }
        public int MinimumLength { get; set; }
        public int MaximumLength { get; set; } = int.MaxValue;
        public TextPattern? Pattern { get; set; }
        public decimal? Minimum { get; set; }
        public decimal? Maximum { get; set; }
        public Node? Items { get; set; }
        public int MinimumItems { get; set; }
        public int MaximumItems { get; set; } = int.MaxValue;
        public bool UniqueItems { get; set; }
        public Dictionary<string, Node> Properties { get; set; } = [];
        public ImmutableArray<string> Required { get; set; } = [];
        public int MaximumProperties { get; set; } = int.MaxValue;
        public TextPattern? Names { get; set; }
        public Node? AdditionalProperties { get; set; }
        public bool IsClosed { get; set; }
        public int? MaximumBytes { get; set; }

        public bool Allows(JsonElement value) => Types is null || Types.Value.Any(type => type switch
        {
            "null" => value.ValueKind == JsonValueKind.Null,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "array" => value.ValueKind == JsonValueKind.Array,
            "object" => value.ValueKind == JsonValueKind.Object,
            "number" => value.ValueKind == JsonValueKind.Number,
            // 3.0 is an integer to JSON Schema, but not to the typed readers of the document.
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            _ => false,
        });

        public void CopyFrom(Node other)
        {
            (Types, Choices, Pattern, Minimum, Maximum) = (other.Types, other.Choices, other.Pattern, other.Minimum, other.Maximum);
            (MinimumLength, MaximumLength, MinimumItems, MaximumItems) =
                (other.MinimumLength, other.MaximumLength, other.MinimumItems, other.MaximumItems);
            (Items, UniqueItems, Properties, Required) = (other.Items, other.UniqueItems, other.Properties, other.Required);
            (MaximumProperties, Names, AdditionalProperties, IsClosed, MaximumBytes) =
                (other.MaximumProperties, other.Names, other.AdditionalProperties, other.IsClosed, other.MaximumBytes);
        }
    }
}
