using System.Text.Encodings.Web;
using System.Text.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using ModelContextProtocol.Protocol;

namespace AgentManagement.WebGateway.Mcp;

/// <summary>What a client of the protocol can have done, with what it takes and the permission that it asks.</summary>
internal sealed record McpTool(Tool Description, string Permission, Func<McpCall, JsonText, Task<CallToolResult>> Run)
{
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A tool whose arguments are a body: held to the same schema that describes them.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="title">Its name for people.</param>
    /// <param name="permission">What it asks of the caller.</param>
    /// <param name="description">When to use it, for a model.</param>
    /// <param name="effect">What it does to the tenant.</param>
    /// <param name="run">Does it; returns a value or a problem.</param>
    public static McpTool Of<T>(
        string name, string title, string permission, string description, McpEffect effect, Func<McpCall, T, Task<object>> run)
        where T : IBody<T> => new(
            new Tool
            {
                Name = name, Title = title, Description = description,
                InputSchema = JsonSerializer.SerializeToElement(T.Description.Schema),
                Annotations = new()
                {
                    Title = title, ReadOnlyHint = effect == McpEffect.None, DestructiveHint = effect == McpEffect.Destroys,
                    IdempotentHint = effect != McpEffect.Adds, OpenWorldHint = false,
                },
            },
            permission,
            async (call, arguments) =>
            {
                var read = T.Read(arguments);
                return Answer(call.Http, read.IsOk ? await run(call, read.Value) : Problem.For(read));
            });

    /// <summary>The arguments as a document; a problem where they are none that is strict JSON.</summary>
    public static Outcome<JsonText> ReadArguments(IDictionary<string, JsonElement>? arguments)
    {
        if (arguments is null) return Outcome.Ok(JsonText.EmptyObject);
        return StrictJson.TryParse(JsonSerializer.SerializeToUtf8Bytes(arguments, Unescaped), out var text, out var issue)
            ? Outcome.Ok(text) : Outcome.Invalid<JsonText>([issue]);
    }

    /// <summary>A value, or a problem as an error of the tool: so that a model reads what was wrong.</summary>
    public static CallToolResult Answer(HttpContext http, object answer)
    {
        var refused = answer as Problem;
        if (refused is not null) Observability.RequestLogScope.Of(http).Problem = refused;
        var json = JsonSerializer.SerializeToElement(
            refused is null ? answer : ProblemBody.Of(refused, CorrelationId.Of(http)), JsonFormat.Options);
        // Structured content is an object, always.
        if (json.ValueKind != JsonValueKind.Object) json = JsonSerializer.SerializeToElement(new { items = json }, JsonFormat.Options);
        return new()
        {
            IsError = refused is not null, StructuredContent = json,
            Content = [new TextContentBlock { Text = JsonSerializer.Serialize(json, JsonFormat.Options) }],
        };
    }
}

/// <summary>What a tool does to the tenant.</summary>
internal enum McpEffect
{
    None,
    Adds,
    Changes,
    Destroys,
}
