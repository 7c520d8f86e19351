using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>Agent cards of the Agent2Agent protocol: what an agent can do, for others. An import is a draft of one.</summary>
internal static class AgentCardTable
{
    private static readonly Codec Modes = Codec.Of(
        node => node is JsonArray { Count: 1 } modes ? modes[0].AsText() switch
        {
            "text/plain" => "text",
            "text/markdown" => "markdown",
            "application/json" => "json",
            _ => null,
        } : null,
        node => node.AsText() switch
        {
            "markdown" => new JsonArray("text/markdown"),
            "json" => new JsonArray("application/json"),
            _ => new JsonArray("text/plain"),
        });

    public static TableFormat Format { get; } = new("a2a", "Agent2Agent: agent cards")
    {
        OnlySyntax = Syntax.Json,
        WrittenAs = Syntax.Json,
        IsLike = text => text.First is JsonObject members && members["skills"] is JsonArray && members["name"].AsText() is not null
            && (members.ContainsKey("protocolVersion") || members.ContainsKey("defaultInputModes") || members.ContainsKey("url")),
        OldId = (document, path) => document.TextAt("name") ?? Paths.StemOf(path),
        FileName = context => $"{Paths.For(context)}/agent-card.json",
        Order = ["protocolVersion", "name", "description", "url", "version", "provider", "capabilities", "defaultInputModes",
            "defaultOutputModes", "skills"],
        Dialects =
        [
            new("a2a", _ => true,
            [
                new Row("name", "name", Codecs.Name),
                new Row("description", "description", Codecs.Description),
                new Row("iconUrl", "icon", Codecs.Icon),
                new Row("documentationUrl", "homepage", Codecs.Homepage),
                new Row("provider/organization", "author", Codecs.Name),
                new Row("defaultOutputModes", "config/output/format", Modes),
                new Row("capabilities/streaming", "config/model/params/stream", Codecs.Bool),
                new ItemList(["skills"],
                    [new(ItemTarget.Tools, _ => true, IsOn,
                        new Row("id", "id", Codecs.ToolId),
                        new Row("name", "name", Codecs.Text(200)),
                        new Row("description", "description", Codecs.Description))]),
                new Step(export: Finish),
            ]),
        ],
    };

    /// <summary>What a card must have. Where the agent is reached is not in its definition: who serves the card writes it.</summary>
    private static void Finish(MappingScope scope)
    {
        // One that came as a card is left as it was.
        if (scope.Context.IsOwn) return;
        scope.Rest.TryAdd("protocolVersion", "0.3.0");
        scope.Rest.TryAdd("version", "1");
        scope.Rest.TryAdd("description", scope.Agent["description"]?.DeepClone() ?? "");
        scope.Rest.TryAdd("capabilities", new JsonObject());
        scope.Rest.TryAdd("defaultInputModes", new JsonArray("text/plain"));
        scope.Rest.TryAdd("defaultOutputModes", new JsonArray("text/plain"));
        var tags = scope.Agent["tags"] as JsonArray ?? [];
        if (scope.Rest["skills"] is not JsonArray skills) scope.Rest["skills"] = skills = [];
        foreach (var skill in skills.OfType<JsonObject>())
        {
            skill.TryAdd("name", skill["id"]?.DeepClone());
            skill.TryAdd("description", "");
            skill.TryAdd("tags", tags.DeepClone());
        }
    }
}
