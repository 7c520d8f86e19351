using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>Letta's agent files: of one agent, or of several with their blocks and tools beside them.</summary>
internal static class LettaTable
{
    public static TableFormat Format { get; } = new("letta", "Letta: agent files (.af)")
    {
        OnlySyntax = Syntax.Json,
        WrittenAs = Syntax.Json,
        IsLike = text => text.First is JsonObject members
            && (members.ContainsKey("agent_type") || members.ContainsKey("core_memory")
                || (members["agents"] is JsonArray && (members.ContainsKey("blocks") || members.ContainsKey("tools")))),
        Agents = AgentsOf,
        OldId = (document, path) => document.TextAt("name") ?? document.TextAt("agents/[0]/name") ?? Paths.StemOf(path),
        FileName = context => $"{Paths.For(context)}.af",
        Order = ["agent_type", "name", "description", "system", "llm_config"],
        Dialects =
        [
            new("agent", document => document["agents"] is not JsonArray,
            [
                new Constant("agent_type", "letta_v1_agent", "memgpt_agent", "memgpt_v2_agent", "react_agent", "workflow_agent"),
                .. Rows("", "core_memory"),
            ]),
            new("agents", document => document["agents"] is JsonArray, Rows("agents/[0]/", "blocks")),
        ],
    };

    private static ImmutableArray<Mapping> Rows(string agent, string blocks) =>
    [
        new Row($"{agent}name", "name", Codecs.Name),
        new Row($"{agent}description", "description", Codecs.Description),
        new Row($"{agent}tags", "tags", Codecs.Tags),
        new Row($"{agent}system", "config/instructions/template", Codecs.Instructions),
        new Row($"{agent}llm_config/model", "config/model/id", Codecs.ModelId),
        new Row($"{agent}llm_config/model_endpoint_type", "config/model/provider", Codecs.Provider) { If = HasModel },
        new Row($"{agent}llm_config/model_endpoint", "config/model/endpoint/baseUrl", Codecs.Url),
        new Row($"{agent}llm_config/context_window", "config/model/contextWindow", Codecs.Integer(1, 100_000_000)),
        new Row($"{agent}llm_config/temperature", "config/model/params/temperature", Codecs.Temperature),
        new Row($"{agent}llm_config/max_tokens", "config/model/params/maxTokens", Codecs.MaxTokens),
        new Row($"{agent}llm_config/frequency_penalty", "config/model/params/frequencyPenalty", Codecs.Penalty),
        new Row($"{agent}llm_config/parallel_tool_calls", "config/model/params/parallelToolCalls", Codecs.Bool),
        new Row($"{agent}llm_config/reasoning_effort", "config/model/params/reasoningEffort", Codecs.Effort),
        new Row($"{agent}llm_config/verbosity", "config/model/params/verbosity", Codecs.OneOf("low", "medium", "high")),
        new Row($"{agent}embedding_config/embedding_model", "config/knowledge/embeddingModel", Codecs.ModelId),
        new ItemList([blocks],
            [new(ItemTarget.Blocks, _ => true, _ => true,
                new Row("label", "label", Codecs.Text(64, least: 1)), new Row("value", "value", Codecs.Text(20_000)),
                new Row("limit", "limit", Codecs.Integer(1, 1_000_000)), new Row("description", "description", Codecs.Description))
            { Check = block => block["value"] is null ? "has no text that fits" : null }]),
        new ItemList(["tools"],
            [new(ItemTarget.Tools, _ => true, IsOn,
                new Row("name", "id", Codecs.ToolId), new Row("description", "description", Codecs.Description),
                new Row("json_schema/parameters", "inputSchema", Codecs.Schema))]),
    ];

    /// <summary>Of several agents each with what it names of the blocks and tools.</summary>
    private static IEnumerable<SourceAgent> AgentsOf(SourceText text)
    {
        foreach (var file in TableFormat.OfDocuments(text))
        {
            if (file.Document["agents"] is not JsonArray agents)
            {
                yield return file;
                continue;
            }
            var (blocks, tools) = (ById(file.Document["blocks"]), ById(file.Document["tools"]));
            for (var index = 0; index < agents.Count; index++)
            {
                if (agents[index] is not JsonObject agent)
                {
                    throw new SourceException("An agent must be an object.", file.Line, $"/agents/{index}");
                }
                // What a single agent does not name is nobody's, and stays with it.
                var isAlone = agents.Count == 1;
                yield return new(new JsonObject(file.Document.Select(member => KeyValuePair.Create(member.Key, member.Key switch
                {
                    "agents" => new JsonArray(agent.DeepClone()),
                    "blocks" when !isAlone => Named(blocks, agent["block_ids"]) ?? member.Value?.DeepClone(),
                    "tools" when !isAlone => Named(tools, agent["tool_ids"]) ?? member.Value?.DeepClone(),
                    _ => member.Value?.DeepClone(),
                }))), file.Line, "");
            }
        }
    }

    /// <summary>The items of a list by their ids, with their places; null for what is no list.</summary>
    private static ILookup<string?, (int Place, JsonNode? Item)>? ById(JsonNode? list) => (list as JsonArray)?
        .Select((item, place) => (place, item)).ToLookup(each => (each.item as JsonObject)?["id"].AsText());

    /// <summary>Those that are named, in their order; null where nothing can be told of it.</summary>
    private static JsonArray? Named(ILookup<string?, (int Place, JsonNode? Item)>? items, JsonNode? ids) =>
        items is null || ids is not JsonArray named ? null
            : named.Select(id => id.AsText()).Distinct().SelectMany(id => items[id]).OrderBy(each => each.Place)
                .Select(each => each.Item?.DeepClone()).ToArray();
}
