using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using AgentManagement.Configuration;
using AgentManagement.Json;

namespace AgentManagement.Domain.Configuration;

/// <summary>
/// JSON Schema (2020-12) of the contract types, made from the types and their attributes, so that what is served,
/// what is enforced and what consumers compile against cannot drift apart.
/// </summary>
/// <remarks>
/// <c>x-maxBytes</c> bounds a free value by its compact UTF-8 text, which the standard has no keyword for.
/// </remarks>
public static class ContractSchema
{
    /// <summary>
    /// How contract types are read and written as JSON: camelCase, unknown members refused, integers and times in whatever form their
    /// schema takes.
    /// </summary>
    public static JsonSerializerOptions JsonOptions { get; } = MakeOptions(
        new JsonInteger.Converter(), new JsonInteger.LongConverter(), new Rfc3339.Converter());

    // The exporter says nothing of types that have a converter.
    private static readonly JsonSerializerOptions SchemaOptions = MakeOptions();

    /// <summary>The schema of the body of POST and PUT.</summary>
    public static JsonNode AgentContent { get; } = Make(typeof(AgentContent), "Agent content");

    /// <summary>The schema of a template's body.</summary>
    public static JsonNode TemplateContent { get; } = Make(typeof(TemplateContent), "Template content");

    /// <summary>The schema of what differs from a template.</summary>
    public static JsonNode Customizations { get; } = Make(typeof(Customizations), "Customizations");

    /// <summary>The schema of the configuration document.</summary>
    public static JsonNode AgentConfig { get; } = Make(typeof(AgentConfig), "Agent configuration");

    /// <summary>The schema of a type by its attributes; its properties are the only members.</summary>
    public static JsonNode Make(Type type, string title)
    {
        var exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe };
        var schema = SchemaOptions.GetJsonSchemaAsNode(type, exporter).AsObject();
        // The root is never null, whatever the exporter says of reference types.
        schema["type"] = "object";
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", title);
        return schema;
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (context.PropertyInfo?.AttributeProvider is not { } property) return schema;
        // The exporter writes `true` for "anything".
        var node = schema as JsonObject ?? [];
        // What a reference points to is the same property, already described.
        if (node.ContainsKey("$ref")) return node;
        foreach (var attribute in property.GetCustomAttributes(inherit: true)) Apply(attribute, node);
        return node;
    }

    private static void Apply(object attribute, JsonObject node)
    {
        var isText = HasType(node, "string");
        switch (attribute)
        {
            case DescriptionAttribute description:
                node.Insert(0, "description", description.Description);
                break;
            case LengthAttribute length:
                node[isText ? "minLength" : "minItems"] = length.MinimumLength;
                node[isText ? "maxLength" : "maxItems"] = length.MaximumLength;
                break;
            case MaxLengthAttribute length:
                node[isText ? "maxLength" : HasType(node, "array") ? "maxItems" : "maxProperties"] = length.Length;
                break;
            case RangeAttribute range:
                node["minimum"] = JsonValue.Create(Convert.ToDecimal(range.Minimum, null));
                node["maximum"] = JsonValue.Create(Convert.ToDecimal(range.Maximum, null));
                break;
            case RegularExpressionAttribute pattern:
                node["pattern"] = pattern.Pattern;
                break;
            case NotBlankAttribute:
                node["pattern"] = @"\S";
                break;
            case AllowedValuesAttribute allowed:
                // A nullable property may be null, and `enum` would otherwise forbid what `type` allows.
                var values = allowed.Values.Concat(HasType(node, "null") ? [null] : Array.Empty<object?>());
                node["enum"] = new JsonArray([.. values.Select(value => (JsonNode?)(value as string))]);
                break;
            case EachItemAttribute each:
                ApplyToItems(each, node);
                break;
            case FreeObjectAttribute free:
                node["type"] = new JsonArray("object", "null");
                node["x-maxBytes"] = free.MaxBytes;
                break;
            case FreeValueAttribute free:
                node["x-maxBytes"] = free.MaxBytes;
                break;
        }
    }

    private static void ApplyToItems(EachItemAttribute each, JsonObject node)
    {
        if (each.Unique) node["uniqueItems"] = true;
        if (each.NamePattern is not null) node["propertyNames"] = new JsonObject { ["pattern"] = each.NamePattern };
        // The bounds are those of texts: of a dictionary of records only the names have any.
        var isBounded = node["items"] is not null || each.OneOf is not null
            || (node["additionalProperties"] is JsonObject values && HasType(values, "string"));
        if (!isBounded || (node["items"] ?? node["additionalProperties"]) is not JsonObject items) return;
        items["type"] = "string";
        if (each.OneOf is { } words) items["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]);
        if (each.Pattern is not null) items["pattern"] = each.Pattern;
        if (each.MinLength > 0) items["minLength"] = each.MinLength;
        if (each.MaxLength > 0) items["maxLength"] = each.MaxLength;
    }

    private static bool HasType(JsonObject node, string type) => node["type"] switch
    {
        JsonArray types => types.Any(each => each?.GetValue<string>() == type),
        JsonValue single => single.GetValue<string>() == type,
        _ => false,
    };

    private static JsonSerializerOptions MakeOptions(params IEnumerable<JsonConverter> converters)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            NumberHandling = JsonNumberHandling.Strict,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            PropertyNameCaseInsensitive = false,
            MaxDepth = MaximumDepth,
            RespectNullableAnnotations = true,
        };
        foreach (var converter in converters) options.Converters.Add(converter);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private const int MaximumDepth = StrictJson.MaximumDepth + 8;
}
