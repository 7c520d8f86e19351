using System.Text.Json.Nodes;

namespace AgentManagement.Domain.Validation;

/// <summary>
/// Reads a schema made by <see cref="AgentManagement.Domain.Configuration.ContractSchema"/>: the keywords of JSON Schema 2020-12 that such
/// a schema uses, and no others. A keyword that it does not know stops it, so that none is ever ignored in silence.
/// </summary>
public sealed class SchemaCompiler(JsonNode document)
{
    private readonly Dictionary<string, SchemaNode> _byReference = [];

    /// <exception cref="NotSupportedException">The schema uses a keyword that is not supported.</exception>
    public SchemaNode Compile() => Compile(document);

    private SchemaNode Compile(JsonNode schema)
    {
        var node = new SchemaNode();
        // `true`: anything.
        if (schema is not JsonObject keywords) return node;
        foreach (var (keyword, value) in keywords) CompileKeyword(node, keyword, value!);
        return node;
    }

    private void CompileKeyword(SchemaNode node, string keyword, JsonNode value)
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
            case "format" when value.ToString() == "date-time":
                node.IsTimestamp = true;
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
    private SchemaNode Resolve(string reference)
    {
        if (_byReference.TryGetValue(reference, out var known)) return known;
        var target = reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(document, (node, step) => node[step] ?? throw new NotSupportedException($"Nothing at '{reference}'."));
        return _byReference[reference] = Compile(target);
    }

    private static TextPattern MakePattern(JsonNode pattern) => new(pattern.GetValue<string>());
}
