using System.Text.Json.Nodes;

namespace AgentManagement.Bench.Client;

/// <summary>Made-up contents of agents.</summary>
public static class AgentBodies
{
    /// <summary>Content that every tier takes and that is complete enough to be activated.</summary>
    /// <param name="name">The agent's name.</param>
    /// <param name="template">The instructions.</param>
    /// <param name="id">The id, or null to let the service choose.</param>
    public static string Complete(string name, string template = "Help the customer.", string? id = null)
    {
        var body = new JsonObject
        {
            ["name"] = name,
            ["description"] = "Made by bench.",
            ["type"] = "conversational",
            ["config"] = new JsonObject
            {
                ["model"] = new JsonObject
                {
                    ["provider"] = "openai", ["id"] = "gpt-5-mini", ["params"] = new JsonObject { ["temperature"] = 0 },
                },
                ["instructions"] = new JsonObject { ["template"] = template },
            },
            ["tags"] = new JsonArray("bench", "made-up"),
            ["metadata"] = new JsonObject { ["z"] = 1, ["a"] = null },
        };
        if (id is not null) body["id"] = id;
        return RelaxedJson.Write(body);
    }
}
