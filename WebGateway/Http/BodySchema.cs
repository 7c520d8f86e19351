using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Validation;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.WebGateway.Http;

/// <summary>The schema of a body, made from its type once.</summary>
internal static class BodySchema<T> where T : IBody<T>
{
    public static JsonNode Schema { get; } = ContractSchema.Make(typeof(T), typeof(T).Name);

    private static readonly SchemaValidator Validator = new(Schema);

    public static Outcome<T> Read(JsonText text)
    {
        var body = StrictJson.Parse(text);
        var issues = Validator.Check(body);
        if (body.ValueKind == JsonValueKind.Object) issues = [.. issues, .. T.Check(body)];
        return issues.IsEmpty ? Outcome.Ok(body.Deserialize<T>(ContractSchema.JsonOptions)!) : Outcome.Invalid<T>(issues);
    }
}
