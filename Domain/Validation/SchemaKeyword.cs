namespace AgentManagement.Domain.Validation;

/// <summary>The forms that the value of a keyword of JSON Schema can have.</summary>
public enum KeywordForm
{
    Text, Flag, Number, PositiveNumber, NumberOrFlag, Count, List, Texts, Types, Pattern, Reference, Schema, SchemaOrSchemas, Schemas,
    NamedSchemas, PatternedSchemas, NamedTexts, Dependencies,
}

/// <summary>
/// The keywords of JSON Schema 2020-12 (meta-schemas at json-schema.org/draft/2020-12) and what drafts 4 to 2019-09 had
/// besides or otherwise. A keyword that is not here may have any value, as the standard has it.
/// </summary>
public static class SchemaKeyword
{
    public static readonly ImmutableDictionary<string, KeywordForm> Forms = new (KeywordForm Form, string Keywords)[]
    {
        (KeywordForm.Text, "$id $schema $anchor $dynamicAnchor $comment title description format contentEncoding contentMediaType"),
        (KeywordForm.Flag, "uniqueItems deprecated readOnly writeOnly $recursiveAnchor"),
        (KeywordForm.Number, "minimum maximum"),
        (KeywordForm.PositiveNumber, "multipleOf"),
        (KeywordForm.NumberOrFlag, "exclusiveMinimum exclusiveMaximum"),
        (KeywordForm.Count, "minLength maxLength minItems maxItems minContains maxContains minProperties maxProperties"),
        (KeywordForm.List, "enum examples"),
        (KeywordForm.Texts, "required"),
        (KeywordForm.Types, "type"),
        (KeywordForm.Pattern, "pattern"),
        (KeywordForm.Reference, "$ref $dynamicRef $recursiveRef"),
        (KeywordForm.Schema,
            "additionalProperties unevaluatedProperties propertyNames contains additionalItems unevaluatedItems not if then else "
            + "contentSchema"),
        (KeywordForm.SchemaOrSchemas, "items"),
        (KeywordForm.Schemas, "allOf anyOf oneOf prefixItems"),
        (KeywordForm.NamedSchemas, "properties $defs definitions dependentSchemas"),
        (KeywordForm.PatternedSchemas, "patternProperties"),
        (KeywordForm.NamedTexts, "dependentRequired"),
        (KeywordForm.Dependencies, "dependencies"),
    }.SelectMany(row => row.Keywords.Split(' ').Select(keyword => (keyword, row.Form)))
        .ToImmutableDictionary(row => row.keyword, row => row.Form);

    // They say something of the schema, or wait to be pointed to.
    private static readonly ImmutableHashSet<string> Annotations =
    [
        .. ("$id $schema $anchor $dynamicAnchor $recursiveAnchor $comment title description deprecated readOnly writeOnly examples $defs "
            + "definitions").Split(' '),
    ];

    /// <summary>Whether a keyword can refuse a value.</summary>
    public static bool Constrains(string keyword) => keyword == "const" || (Forms.ContainsKey(keyword) && !Annotations.Contains(keyword));

    public static readonly ImmutableArray<string> Types = ["null", "boolean", "object", "array", "number", "string", "integer"];
}
