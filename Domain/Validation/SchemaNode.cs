using System.Text.Json;
using AgentManagement.Json;

namespace AgentManagement.Domain.Validation;

/// <summary>A schema, compiled.</summary>
public sealed class SchemaNode
{
    public ImmutableArray<string>? Types { get; set; }
    public ImmutableArray<string>? Choices { get; set; }
    public int MinimumLength { get; set; }
    public int MaximumLength { get; set; } = int.MaxValue;
    public TextPattern? Pattern { get; set; }
    public bool IsTimestamp { get; set; }
    public decimal? Minimum { get; set; }
    public decimal? Maximum { get; set; }
    public SchemaNode? Items { get; set; }
    public int MinimumItems { get; set; }
    public int MaximumItems { get; set; } = int.MaxValue;
    public bool UniqueItems { get; set; }
    public Dictionary<string, SchemaNode> Properties { get; set; } = [];
    public ImmutableArray<string> Required { get; set; } = [];
    public int MaximumProperties { get; set; } = int.MaxValue;
    public TextPattern? Names { get; set; }
    public SchemaNode? AdditionalProperties { get; set; }
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
        "integer" => JsonInteger.IsOne(value),
        _ => false,
    });

    public void CopyFrom(SchemaNode other)
    {
        (Types, Choices, Pattern, IsTimestamp, Minimum, Maximum) =
            (other.Types, other.Choices, other.Pattern, other.IsTimestamp, other.Minimum, other.Maximum);
        (MinimumLength, MaximumLength, MinimumItems, MaximumItems) =
            (other.MinimumLength, other.MaximumLength, other.MinimumItems, other.MaximumItems);
        (Items, UniqueItems, Properties, Required) = (other.Items, other.UniqueItems, other.Properties, other.Required);
        (MaximumProperties, Names, AdditionalProperties, IsClosed, MaximumBytes) =
            (other.MaximumProperties, other.Names, other.AdditionalProperties, other.IsClosed, other.MaximumBytes);
    }
}
