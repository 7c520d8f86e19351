using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>Agents of LobeChat's index.</summary>
internal static class LobeChatTable
{
    /// <summary>Turns of a conversation as what is asked and how it is answered.</summary>
    private static readonly Codec Turns = Codec.Of(ReadTurns, node => node.AsArray().SelectMany(example => new JsonNode[]
    {
        new JsonObject { ["role"] = "user", ["content"] = example!["input"]!.DeepClone() },
        new JsonObject { ["role"] = "assistant", ["content"] = example["output"]!.DeepClone() },
    }).ToArray());

    public static TableFormat Format { get; } = new("lobechat", "LobeChat: agents of its index")
    {
        WrittenAs = Syntax.Json,
        IsLike = text => text.First is JsonObject members && members["config"] is JsonObject config
            && (config.ContainsKey("systemRole") || members["meta"] is JsonObject)
            && (members.ContainsKey("identifier") || members["meta"] is JsonObject),
        OldId = (document, path) => document.TextAt("identifier") ?? document.TextAt("meta/title") ?? Paths.StemOf(path),
        FileName = context => $"{Paths.For(context)}.json",
        Order = ["author", "config", "createdAt", "homepage", "identifier", "meta", "schemaVersion"],
        Dialects =
        [
            new("lobechat", _ => true,
            [
                new OwnId("identifier"),
                new Row("meta/title", "name", Codecs.Name),
                new Row("meta/description", "description", Codecs.Description),
                new Row("meta/avatar", "icon", Codecs.Icon),
                new Row("meta/tags", "tags", Codecs.Tags),
                new Row("meta/category", "category", Codecs.OneLine(64)),
                new Row("author", "author", Codecs.Name),
                new Row("homepage", "homepage", Codecs.Homepage),
                new Row("config/systemRole", "config/instructions/template", Codecs.Instructions),
                new Row("config/openingMessage", "config/instructions/firstMessage", Codecs.FirstMessage),
                new Row("config/openingQuestions", "config/starters", Codecs.Starters),
                new Row("config/model", "config/model/id", Codecs.ModelId),
                new Row("config/provider", "config/model/provider", Codecs.Provider) { If = HasModel },
                new Row("config/params/temperature", "config/model/params/temperature", Codecs.Temperature),
                new Row("config/params/top_p", "config/model/params/topP", Codecs.Share),
                new Row("config/params/max_tokens", "config/model/params/maxTokens", Codecs.MaxTokens),
                new Row("config/params/presence_penalty", "config/model/params/presencePenalty", Codecs.Penalty),
                new Row("config/params/frequency_penalty", "config/model/params/frequencyPenalty", Codecs.Penalty),
                new Row("config/params/reasoning_effort", "config/model/params/reasoningEffort", Codecs.Effort),
                new Row("config/plugins", "config/tools", Codecs.ToolIds),
                new Row("config/historyCount", "config/memory/window", Codecs.Integer(1, 10_000)),
                new Row("examples", "config/examples", Turns, "config/fewShots"),
            ]),
        ],
    };

    private static JsonArray? ReadTurns(JsonNode node)
    {
        if (node is not JsonArray { Count: > 0 and <= 100 } turns || turns.Count % 2 != 0) return null;
        var examples = new JsonArray();
        for (var index = 0; index < turns.Count; index += 2)
        {
            if (Said(turns[index], "user") is not { } input || Said(turns[index + 1], "assistant") is not { } output) return null;
            examples.Add(new JsonObject { ["input"] = input, ["output"] = output });
        }
        return examples;
    }

    private static string? Said(JsonNode? turn, string role) =>
        turn is JsonObject members && members["role"].AsText() == role && members["content"].AsText() is { Length: > 0 } text
        && Formats.Nodes.LengthOf(text) <= 16_000 ? text : null;
}
