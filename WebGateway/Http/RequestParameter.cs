using AgentManagement.WebGateway.Problems;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.Http;

/// <summary>
/// A query parameter or header that an endpoint takes. As metadata of the endpoint it is what the request is held to and
/// what the OpenAPI document says, so that the two cannot differ.
/// </summary>
/// <param name="Name">As in the request.</param>
/// <param name="In">Query, header or path.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Schema">JSON Schema of the value.</param>
internal record RequestParameter(string Name, ParameterLocation In, string Description, string Schema)
{
    /// <summary>May come several times.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>A query parameter that its endpoint reads itself.</summary>
    public static RequestParameter Query(string name, string description, string schema) =>
        new(name, ParameterLocation.Query, description, schema);

    /// <summary>The part of the path that is not an agent's id.</summary>
    public static RequestParameter Path(string name, string description, string schema) =>
        new(name, ParameterLocation.Path, description, schema);

    public static RequestParameter Header(string name, string description) =>
        new(name, ParameterLocation.Header, description, """{"type":"string"}""");

    /// <summary>The refusal of a query parameter's value, which is not repeated.</summary>
    public ProblemException Refuse(string rule) => new(Problem.Malformed("invalid_parameter", $"The query parameter '{Name}' {rule}."));
}
