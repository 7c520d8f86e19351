using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>Apps of Dify. Of a graph, the first nodes that say what an agent is are read; the graph itself is kept whole.</summary>
internal static class DifyTable
{
    private const string Nodes = "workflow/graph/nodes";

    // The last part of "langgenius/openai/openai".
    private static readonly Codec Provider = Codec.Of(
        node => node.AsText() is { } text && Codecs.Provider.In(text[(text.LastIndexOf('/') + 1)..], new()) is { } name ? name : null,
        node => node.AsText() is { } name && !name.Contains('/') ? $"langgenius/{name}/{name}" : node.DeepClone());

    private static readonly Codec PlainProvider = Codec.Of(node => Provider.In(node, new()), node => node.DeepClone());

    private static readonly Codec Datasets = Codec.Of(
        node => node is JsonArray { Count: > 0 and <= 50 } items
            && items.Select(item => item is JsonObject each ? ((Place)"dataset/id").Find(each) : null).ToList() is var ids
            && Codecs.AreTexts(ids.Select(id => id?.DeepClone()).ToArray(), 50, 1, 128, isUnique: true)
                ? ids.Select(id => id!.DeepClone()).ToArray()
                : null,
        node => node.AsArray().Select(id => (JsonNode)new JsonObject
        {
            ["dataset"] = new JsonObject { ["enabled"] = true, ["id"] = id!.DeepClone() },
        }).ToArray());

    private static readonly Codec Kind = Codecs.Words(
        ("agent-chat", "conversational"), ("chat", "conversational"), ("completion", "conversational"), ("workflow", "workflow"),
        ("advanced-chat", "workflow"), ("agent-chat", "rag"));

    // A list as it is given; what a person may begin with and what to look in are a part of the graph, too.
    private static readonly Codec Collections = Codecs.List(50, 128);

    private static readonly Codec VariableName = Codec.Same(node => node.AsText() is { Length: > 0 and <= 64 } text
        && (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'));

    public static TableFormat Format { get; } = new("dify", "Dify: apps (kind: app)")
    {
        OnlySyntax = Syntax.Yaml,
        WrittenAs = Syntax.Yaml,
        IsLike = text => text.First is JsonObject members && members["kind"].AsText() == "app" && members["app"] is JsonObject,
        OldId = (document, path) => document.TextAt("app/name") ?? Paths.StemOf(path),
        FileName = context => $"{Paths.For(context)}.yml",
        Order = ["version", "kind", "app", "model_config", "workflow"],
        Dialects =
        [
            new("dify", _ => true,
            [
                new Constant("kind", "app"),
                new Row("app/name", "name", Codecs.Name),
                new Row("app/description", "description", Codecs.Description),
                new Row("app/mode", "type", Kind),
                new Row("app/icon", "icon", Codecs.Icon),
                new Row("config/instructions/template",
                    new SourcePlace("model_config/pre_prompt", Codecs.Instructions),
                    new SourcePlace($"{Nodes}/[data.type=llm]/data/prompt_template/[role=system]/text", Codecs.Instructions, Stays: true),
                    new SourcePlace(
                        $"{Nodes}/[data.type=agent]/data/agent_parameters/instruction/value", Codecs.Instructions, Stays: true)),
                new Row("config/model/id",
                    new SourcePlace("model_config/model/name", Codecs.ModelId),
                    new SourcePlace($"{Nodes}/[data.type=llm]/data/model/name", Codecs.ModelId, Stays: true),
                    new SourcePlace($"{Nodes}/[data.type=agent]/data/agent_parameters/model/value/model", Codecs.ModelId, Stays: true)),
                new Row("config/model/provider",
                    new SourcePlace("model_config/model/provider", Provider),
                    new SourcePlace($"{Nodes}/[data.type=llm]/data/model/provider", PlainProvider, Stays: true),
                    new SourcePlace($"{Nodes}/[data.type=agent]/data/agent_parameters/model/value/provider", PlainProvider, Stays: true))
                { If = HasModel },
                .. Parameters(
                    ("temperature", "temperature", Codecs.Temperature), ("top_p", "topP", Codecs.Share),
                    ("top_k", "topK", Codecs.Integer(1, 10_000)),
                    ("max_tokens", "maxTokens", Codecs.MaxTokens), ("presence_penalty", "presencePenalty", Codecs.Penalty),
                    ("frequency_penalty", "frequencyPenalty", Codecs.Penalty), ("seed", "seed", Codecs.Seed),
                    ("reasoning_effort", "reasoningEffort", Codecs.Effort), ("stop", "stop", Codecs.Stop)),
                new Row("config/instructions/firstMessage",
                    new SourcePlace("model_config/opening_statement", Codecs.FirstMessage),
                    new SourcePlace("workflow/features/opening_statement", Codecs.FirstMessage, Stays: true)),
                new Row("config/starters",
                    new SourcePlace("model_config/suggested_questions", Codecs.Starters),
                    new SourcePlace("workflow/features/suggested_questions", Codecs.Starters, Stays: true)),
                new Row("config/knowledge/collections",
                    new SourcePlace("model_config/dataset_configs/datasets/datasets", Datasets),
                    new SourcePlace($"{Nodes}/[data.type=knowledge-retrieval]/data/dataset_ids", Collections, Stays: true)),
                new Row("model_config/dataset_configs/top_k", "config/knowledge/topK", Codecs.Integer(1, 1_000)),
                new Row("model_config/dataset_configs/score_threshold", "config/knowledge/similarityThreshold", Codecs.Share),
                new Row("model_config/dataset_configs/reranking_enable", "config/knowledge/rerank/enabled", Codecs.Bool),
                new Row("model_config/dataset_configs/reranking_model/reranking_model_name",
                    "config/knowledge/rerank/model", Codecs.ModelId),
                new Row("model_config/agent_mode/max_iteration", "config/limits/maxIterations", Codecs.Integer(1, 1_000)),
                new Row("model_config/file_upload/enabled", "config/capabilities/fileUpload", Codecs.Bool),
                new Row("model_config/file_upload/image/enabled", "config/capabilities/vision", Codecs.Bool),
                new ItemList(["model_config/agent_mode/tools"],
                    [new(ItemTarget.Tools, _ => true, tool => tool["inputSchema"] is null,
                        new Row("tool_name", "id", Codecs.ToolId),
                        new Row("tool_label", "name", Codecs.Text(200)),
                        new Row("enabled", "enabled", Codecs.Bool),
                        new Row("tool_parameters", "config", Codecs.FreeObject(64 * 1024)))]),
                new ItemList(["model_config/user_input_form"],
                [
                    Input("text-input", "string", new Row("text-input/max_length", "max", Codecs.Number(0, 1e15))),
                    Input("paragraph", "string", new Row("paragraph/max_length", "max", Codecs.Number(0, 1e15))),
                    Input("number", "number"),
                    Input("select", "enum", new Row("select/options", "choices", Codecs.List(200, 500))),
                    Input("checkbox", "boolean"),
                    Input("file", "file"),
                    Input("file-list", "list"),
                    Input("json_object", "object"),
                ]),
            ]),
        ],
    };

    private static IEnumerable<Mapping> Parameters(params (string Source, string Content, Codec Codec)[] parameters) =>
        parameters.Select(each => new Row($"config/model/params/{each.Content}",
            new SourcePlace($"model_config/model/completion_params/{each.Source}", each.Codec),
            new SourcePlace($"{Nodes}/[data.type=llm]/data/model/completion_params/{each.Source}", each.Codec, Stays: true)));

    private static ItemVariant Input(string kind, string type, params Mapping[] more) => new(
        ItemTarget.Variables, item => item.Count == 1 && item[kind] is JsonObject, variable => variable["type"].AsText() == type,
        [
            new Row($"{kind}/variable", Slot.Name, VariableName),
            new Says("type", () => type),
            new Row($"{kind}/label", "label", Codecs.Text(200)),
            new Row($"{kind}/required", "required", Codecs.Bool),
            .. more,
        ])
    {
        Check = variable => type == "enum" && variable["choices"] is not JsonArray { Count: > 0 } ? "has no choices that fit" : null,
    };

}
