using System.Text.Json.Nodes;

namespace AgentManagement.Bench.Templates;

/// <summary>Edits of single fields of an agent's or template's content, at random.</summary>
public static class FieldEdits
{
    private static readonly string[] Texts = ["description", "config.instructions.template", "config.instructions.firstMessage"];
    private static readonly string[] Figures = ["config.model.params.temperature", "config.model.params.maxTokens"];

    /// <summary>The fields that can be edited: texts that are there, and figures where the model has parameters.</summary>
    public static IEnumerable<string> Places(JsonObject content) =>
    [
        .. Texts.Where(place => At(content, place) is not null),
        .. Figures.Where(_ => content["config"]!["model"]?["params"] is not null),
    ];

    /// <summary>Edits half of the fields; returns which.</summary>
    /// <param name="content">The content; it is changed.</param>
    /// <param name="side">Who edits: stands in the texts.</param>
    /// <param name="random">Says what.</param>
    public static List<string> EditHalf(JsonObject content, string side, Random random)
    {
        var places = Places(content).Where(_ => random.Next(2) == 0).ToList();
        foreach (var place in places) Put(content, place, side, random);
        return places;
    }

    /// <summary>What stands at a place, as JSON; null for nothing.</summary>
    public static string? At(JsonNode content, string place) =>
        place.Split('.').Aggregate((JsonNode?)content, (node, part) => node?[part])?.ToJsonString();

    private static void Put(JsonObject content, string place, string side, Random random)
    {
        var path = place.Split('.');
        var parent = path[..^1].Aggregate((JsonNode)content, (node, part) => node[part]!);
        parent[path[^1]] = path[^1] switch
        {
            "temperature" => random.Next(1, 2_000) / 1_000.0,
            "maxTokens" => random.Next(1, 1_000_000),
            _ => $"{parent[path[^1]]}\n{side} {random.Next()}",
        };
    }
}
