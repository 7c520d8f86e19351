using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>Agents of Docker's cagent: members of one file, with the models that they name.</summary>
internal static class CagentTable
{
    public static TableFormat Format { get; } = new("cagent", "cagent: agents of Docker")
    {
        OnlySyntax = Syntax.Yaml,
        WrittenAs = Syntax.Yaml,
        IsLike = text => text.First is JsonObject members && members["agents"] is JsonObject agents && agents.Count > 0
            && agents.All(each => each.Value is JsonObject agent && (agent.ContainsKey("instruction") || agent.ContainsKey("model"))),
        Agents = AgentsOf,
        OldId = (document, _) => document.TextAt(Slot.Key),
        FileName = context => $"{context.AgentId}.yaml",
        Wrap = Wrap,
        Order = ["version", "metadata", "models", "agents"],
        Dialects =
        [
            // A model with a name of its own in the file, which can say more of it; or a text with its provider and id.
            new("named", document => document["model"] is JsonObject,
            [
                .. Rows,
                new Row("model/model", "config/model/id", Codecs.ModelId),
                new Row("model/provider", "config/model/provider", Codecs.Provider) { If = HasModel },
                new Row("model/temperature", "config/model/params/temperature", Codecs.Temperature),
                new Row("model/max_tokens", "config/model/params/maxTokens", Codecs.MaxTokens),
                new Row("model/top_p", "config/model/params/topP", Codecs.Share),
                new Row("model/frequency_penalty", "config/model/params/frequencyPenalty", Codecs.Penalty),
                new Row("model/presence_penalty", "config/model/params/presencePenalty", Codecs.Penalty),
                new Row("model/base_url", "config/model/endpoint/baseUrl", Codecs.Url),
                new Row("model/parallel_tool_calls", "config/model/params/parallelToolCalls", Codecs.Bool),
                new Row("model/provider_opts", "config/model/params/providerOptions", Codecs.FreeObject(16 * 1024)),
                new Row("model/thinking_budget", "config/model/params/reasoningBudgetTokens", Codecs.Integer(0, 10_000_000)),
            ]),
            new("inline", document => document["model"] is not JsonObject,
                [.. Rows, new Row("agent/model", "config/model", Model("openai"))]),
        ],
    };

    private static ImmutableArray<Mapping> Rows =>
    [
        new Step(import: scope => scope.Rest.Remove(Slot.Key)),
        new Row("file/metadata/author", "author", Codecs.Name),
        new Row("file/metadata/license", "licence", Codecs.Name),
        new Row("agent/description", "description", Codecs.Description),
        new Row("agent/instruction", "config/instructions/template", Codecs.Instructions),
        new Row("agent/welcome_message", "config/instructions/firstMessage", Codecs.FirstMessage),
        new Row("agent/max_iterations", "config/limits/maxIterations", Codecs.Integer(1, 1_000)),
        new ItemList(["agent/sub_agents"], [AgentNames(Slot.Text, "delegate")]) { AreTexts = true },
        new ItemList(["agent/handoffs"], [AgentNames(Slot.Text, null)]) { AreTexts = true },
        new ItemList(["agent/toolsets"],
        [
            new(ItemTarget.Servers, item => IsType(item, "mcp"), server => IsOn(server) && !server.ContainsKey("auth"),
                new Constant("type", "mcp"),
                new Row("name", "name", ServerName),
                new Row("ref", "registry", Codecs.Text(256, least: 1)),
                new Row("command", "command", Codecs.Text(1_024, least: 1)),
                new Row("args", "args", Codecs.Arguments()),
                new Row("env", "env", Codecs.Environment),
                new Row("remote/url", "url", Codecs.Url),
                new Row("remote/transport_type", "transport", Codecs.Words(("streamable", "http"), ("sse", "sse"))),
                new Row("remote/headers", "headers", Codecs.Headers),
                new Row("instruction", "description", Codecs.Description),
                new Row("tools", "allowedTools", Codecs.List(200, 128)))
            { Check = CheckServer },
            new(ItemTarget.Tools, item => item["type"].AsText() is not null && !IsType(item, "mcp"), IsOn,
                new Row("type", "id", Codecs.ToolId)),
        ]),
    ];

    private static IEnumerable<SourceAgent> AgentsOf(SourceText text)
    {
        foreach (var file in TableFormat.OfDocuments(text))
        {
            if (file.Document["agents"] is not JsonObject agents) throw new SourceException("It has no agents.", file.Line);
            var models = file.Document["models"] as JsonObject ?? [];
            // Of several agents each has the model that it names.
            var shared = file.Document.Where(each => each.Key != "agents"
                && (agents.Count == 1 || each.Key != "models" || each.Value is not JsonObject)).ToList();
            foreach (var (name, value) in agents)
            {
                var pointer = Pointers.Append("/agents", name);
                if (value is not JsonObject agent) throw new SourceException("An agent must be an object.", file.Line, pointer);
                var rest = new JsonObject(shared.Select(each => KeyValuePair.Create(each.Key, each.Value?.DeepClone())));
                var own = new JsonObject { [Slot.Key] = name, ["agent"] = agent.DeepClone(), ["file"] = rest };
                if (agent["model"].AsText() is { } model && models[model] is JsonObject described)
                {
                    own["model"] = described.DeepClone();
                    // The name of the model among the file's is not the model.
                    own["agent"]!.AsObject().Remove("model");
                    own["named"] = model;
                    if (rest["models"] is JsonObject others && others.Remove(model) && others.Count == 0) rest.Remove("models");
                }
                yield return new(own, file.Line, "");
            }
        }
    }

    private static JsonObject Wrap(JsonObject document, MappingContext context)
    {
        var file = document["file"]?.DeepClone() as JsonObject ?? [];
        var agent = document["agent"]?.DeepClone() as JsonObject ?? [];
        if (document["model"] is JsonObject { Count: > 0 } model)
        {
            var name = document["named"].AsText() ?? "model";
            agent["model"] = name;
            if (file["models"] is not JsonObject models) file["models"] = models = [];
            models[name] = model.DeepClone();
        }
        file["agents"] = new JsonObject { [context.OldId] = Contents.InOrder(agent, ["model", "description", "instruction"]) };
        return Contents.InOrder(file, ["version", "metadata", "models", "agents"]);
    }
}
