using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Releases;

/// <summary>
/// The evaluation context of OpenFeature's remote evaluation protocol, of which the targeting key counts; whatever else is in it is
/// passed over. What is wrong with it is told in the protocol's words.
/// </summary>
internal sealed record FlagContext(string? TargetingKey) : IBindableFromHttpContext<FlagContext>, IEndpointParameterMetadataProvider
{
    private const int MaxKeyCharacters = 500;

    private static readonly BodyMetadata Description = new(
        RequestBody.Json, IsRequired: false,
        JsonNode.Parse(
            $$"""
            {
              "type": "object", "description": "Who or what is asked for.", "properties": {
                "context": {
                  "type": "object", "description": "Members beside targetingKey are passed over.", "properties": {
                    "targetingKey": {
                      "type": ["string", "null"], "maxLength": {{MaxKeyCharacters}},
                      "description": "A user, a conversation or an account, by which variants are chosen; it is not kept."
                    }
                  }
                }
              }
            }
            """)!,
        "EvaluationRequest");

    /// <exception cref="ProblemException">400.</exception>
    public static ValueTask<FlagContext?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var flag = context.Request.RouteValues["id"] as string;
        try
        {
            var text = RequestBody.Parse(context.Features.GetRequiredFeature<BodyReservation>().Bytes);
            return new(new FlagContext(text is { } body ? ReadKey(body) : null));
        }
        catch (ProblemException refused)
        {
            var code = refused.Problem.Code == InvalidContext.Code ? FlagError.InvalidContext : FlagError.ParseError;
            throw new ProblemException(refused.Problem with { Flag = new(flag, code) });
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(Description);

    private static Problem InvalidContext { get; } = Problem.Malformed(
        "invalid_context", $"The context must be an object, and its targetingKey a text of at most {MaxKeyCharacters} characters.");

    private static string? ReadKey(JsonText text)
    {
        using var body = JsonDocument.Parse(text.Text);
        var context = body.RootElement.ValueKind == JsonValueKind.Object ? body.RootElement.Member("context") : body.RootElement;
        return (context, context.Member("targetingKey")) switch
        {
            (null, _) or ({ ValueKind: JsonValueKind.Object }, null) => null,
            (_, { ValueKind: JsonValueKind.String } key) when key.GetString() is { Length: <= MaxKeyCharacters } known => known,
            _ => throw new ProblemException(InvalidContext),
        };
    }
}
