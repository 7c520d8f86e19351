using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.WebGateway.Http;

/// <summary>
/// A body that an endpoint takes. The attributes of its properties are its schema, what it is held to, and its documentation.
/// </summary>
internal interface IBody<TSelf> where TSelf : IBody<TSelf>
{
    /// <summary>Whether the request must have it.</summary>
    static virtual bool IsRequired => true;

    /// <summary>What the OpenAPI document says of it.</summary>
    static virtual BodyMetadata Description => new(RequestBody.Json, TSelf.IsRequired, BodySchema<TSelf>.Schema, typeof(TSelf).Name);

    /// <summary>Binds it. All that is wrong is told at once.</summary>
    static virtual Outcome<TSelf> Read(JsonText text) => BodySchema<TSelf>.Read(text);

    /// <summary>What is wrong with members taken together, which no schema says.</summary>
    static virtual IEnumerable<Issue> Check(JsonElement body) => [];
}

/// <summary>Endpoint metadata: the body, for the OpenAPI document.</summary>
/// <param name="MediaType">The media type that it comes in.</param>
/// <param name="IsRequired">Whether the request must have it.</param>
/// <param name="Schema">Its JSON Schema.</param>
/// <param name="Name">The schema's name in the document; null for one that has none.</param>
internal sealed record BodyMetadata(string MediaType, bool IsRequired, JsonNode Schema, string? Name = null)
{
    /// <summary>The handler reads it on the way. All others are read as a whole before it is called.</summary>
    public bool IsStreamed { get; init; }

    /// <summary>Further media types, whose bodies have no schema here.</summary>
    public ImmutableArray<string> OtherTypes { get; init; } = [];
}
