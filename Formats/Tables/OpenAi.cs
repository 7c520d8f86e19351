using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>OpenAI's assistants, and the parameters of its Responses interface.</summary>
internal static class OpenAiTable
{
    private static readonly string[] WebSearch = ["web_search_preview", "web_search_2025_08_26", "web_search_preview_2025_03_11"];

    private static readonly Codec OutputFormat = Codecs.Words(("json_object", "json"), ("json_schema", "json"), ("text", "text"));

    // What OpenAI runs and the document has no word for: tools by the name that they have there.
    private static readonly string[] Hosted = ["file_search", "computer_use_preview", "local_shell", "shell", "apply_patch"];

    internal static TableFormat Format { get; } = new("openai", "OpenAI: assistants and parameters of Responses")
    {
        WrittenAs = Syntax.Json,
        IsLike = text => text.Syntax is Syntax.Json or Syntax.Yaml
            && AssistantsOf(text).FirstOrDefault() is { } first && IsOpenAi(first.Document),
        Agents = AssistantsOf,
        OldId = (document, path) => document.TextAt("name") ?? document.TextAt("id") ?? Paths.StemOf(path),
        FileName = context => $"{Paths.For(context)}.json",
        Order = ["id", "object", "name", "description", "model", "instructions", "tools"],
        Dialects =
        [
            new("responses", document => !IsAssistant(document),
            [
                .. OpenAiCommon("max_output_tokens", "reasoning/effort", "text/verbosity"),
                new ItemList(["tools"],
                [
                    new(ItemTarget.Agent("file_search"), item => IsType(item, "file_search") && item["vector_store_ids"] is JsonArray,
                        agent => Has(agent, "config/knowledge/collections"),
                        new Constant("type", "file_search"),
                        new Row("vector_store_ids", "config/knowledge/collections", Codecs.List(50, 128)),
                        new Row("max_num_results", "config/knowledge/topK", Codecs.Integer(1, 1_000)),
                        new Row("ranking_options/score_threshold", "config/knowledge/similarityThreshold", Codecs.Share)),
                    .. HostedTools,
                    new(ItemTarget.Servers, item => IsType(item, "mcp"),
                        server => IsOn(server) && (server.ContainsKey("url") || server.ContainsKey("registry")),
                        new Constant("type", "mcp"),
                        new Row("server_label", "name", ServerName),
                        new Row("server_url", "url", Codecs.Url),
                        new Row("connector_id", "registry", Codecs.Text(256, least: 1)),
                        new Row("server_description", "description", Codecs.Description),
                        new Row("allowed_tools", "allowedTools", Codecs.List(200, 128)),
                        new Row("require_approval", "approval", Codecs.OneOf("never", "always")),
                        new Row("headers", "headers", Codecs.Headers),
                        new Row("authorization", "auth/secretRef", Secret))
                    { Check = CheckServer },
                    FunctionTool(""),
                ]),
                new Row("text/format/type", "config/output/format", OutputFormat),
                new Row("text/format/schema", "config/output/schema", Codecs.OutputSchema),
                new Step(export: scope => FinishFormat(scope, "text/format", "text/format")),
            ]),
            new("assistant", IsAssistant,
            [
                .. OpenAiCommon("max_completion_tokens", "reasoning_effort", "verbosity"),
                new ItemList(["tools"], [.. HostedTools, FunctionTool("function/")]),
                new Row("tool_resources/file_search/vector_store_ids", "config/knowledge/collections", Codecs.List(50, 128)),
                new Row("response_format/type", "config/output/format", OutputFormat),
                new Row("response_format/json_schema/schema", "config/output/schema", Codecs.OutputSchema),
                new Step(export: scope => FinishFormat(scope, "response_format", "response_format/json_schema")),
            ]),
        ],
    };

    private static ImmutableArray<ItemVariant> HostedTools =>
    [
        Capability("web_search", "webSearch", WebSearch),
        Capability("code_interpreter", "codeInterpreter"),
        Capability("image_generation", "imageGeneration"),
        new(ItemTarget.Tools, item => IsType(item, Hosted),
            tool => IsOn(tool) && Hosted.Contains(tool["id"].AsText()) && tool["inputSchema"] is null,
            new Row("type", "id", Codecs.ToolId)),
    ];

    private static ItemVariant Capability(string type, string capability, params string[] others) => new(
        ItemTarget.Agent(type), item => IsType(item, [type, .. others]), agent => IsTrue(agent, $"config/capabilities/{capability}"),
        new Constant("type", type, others), new Says($"config/capabilities/{capability}", () => true));

    private static ItemVariant FunctionTool(string prefix) => new(
        ItemTarget.Tools, item => IsType(item, "function"), IsOn,
        new Constant("type", "function"),
        new Row($"{prefix}name", "id", Codecs.ToolId),
        new Row($"{prefix}description", "description", Codecs.Description),
        new Row($"{prefix}parameters", "inputSchema", Codecs.Schema));

    private static ImmutableArray<Mapping> OpenAiCommon(string maxTokens, string effort, string verbosity) =>
    [
        new Row("name", "name", Codecs.Name),
        new Row("description", "description", Codecs.Description),
        new Row("instructions", "config/instructions/template", Codecs.Instructions),
        new Row("model", "config/model", Model("openai")),
        new Row("temperature", "config/model/params/temperature", Codecs.Temperature),
        new Row("top_p", "config/model/params/topP", Codecs.Share),
        new Row(maxTokens, "config/model/params/maxTokens", Codecs.MaxTokens, "max_tokens"),
        new Row("frequency_penalty", "config/model/params/frequencyPenalty", Codecs.Penalty),
        new Row("presence_penalty", "config/model/params/presencePenalty", Codecs.Penalty),
        new Row("seed", "config/model/params/seed", Codecs.Seed),
        new Row("stop", "config/model/params/stop", Codecs.Stop),
        new Row(effort, "config/model/params/reasoningEffort", Codecs.Effort),
        new Row(verbosity, "config/model/params/verbosity", Codecs.OneOf("low", "medium", "high")),
        new Row("parallel_tool_calls", "config/model/params/parallelToolCalls", Codecs.Bool),
        new Row("stream", "config/model/params/stream", Codecs.Bool),
    ];

    private static bool IsAssistant(JsonObject document) =>
        document["object"].AsText() == "assistant" || document["tool_resources"] is JsonObject || document.ContainsKey("response_format")
        || (document["tools"] as JsonArray)?.Any(tool => tool is JsonObject item && item["function"] is JsonObject) == true;

    private static bool IsOpenAi(JsonObject document) =>
        document["object"].AsText() is "assistant" or "response"
        || (document["model"].AsText() is not null && !document.ContainsKey("kind") && !document.ContainsKey("agent_type")
            && (document.ContainsKey("instructions") || document["tools"] is JsonArray || document.ContainsKey("input")));

    /// <summary>Also the lists that the interface answers with.</summary>
    private static IEnumerable<SourceAgent> AssistantsOf(SourceText text)
    {
        foreach (var agent in TableFormat.OfDocuments(text))
        {
            if (agent.Document["object"].AsText() != "list" || agent.Document["data"] is not JsonArray items)
            {
                yield return agent;
                continue;
            }
            for (var index = 0; index < items.Count; index++)
            {
                if (items[index] is not JsonObject item)
                {
                    throw new SourceException("An agent must be an object.", agent.Line, $"{agent.Pointer}/data/{index}");
                }
                yield return new(item.DeepClone().AsObject(), agent.Line, $"{agent.Pointer}/data/{index}");
            }
        }
    }

    /// <summary>A format of JSON with a schema is another one than without, and has a name.</summary>
    private static void FinishFormat(MappingScope scope, string format, string schema)
    {
        if (!Has(scope.Rest, $"{schema}/schema")) return;
        if (((Place)$"{format}/type").Find(scope.Rest).AsText() != "json_object") return;
        ((Place)$"{format}/type").Set(scope.Rest, "json_schema");
        if (!Has(scope.Rest, $"{schema}/name")) ((Place)$"{schema}/name").Set(scope.Rest, "answer");
    }
}
