using System.Text.Json.Nodes;

namespace AgentManagement.Demonstration;

/// <summary>One change in the history of an agent: the step at index n makes version n + 2.</summary>
/// <param name="By">Who makes it.</param>
/// <param name="Note">Why.</param>
/// <param name="Patch">What, as a merge patch; null for making it live.</param>
internal sealed record DemonstrationStep(string By, string Note, Func<DemonstrationAgent, JsonObject>? Patch)
{
    private static readonly IReadOnlyList<DemonstrationStep> All =
    [
        new("ana", "What was missing in the first talks with users", agent => Says(agent.Prompt(3))),
        new("ben", "Fewer surprises", _ => Config("model", new() { ["params"] = new JsonObject { ["temperature"] = 0.2 } })),
        new("david", "Looks things up instead of guessing", agent => new()
        {
            ["config"] = new JsonObject
            {
                ["tools"] = new JsonArray(new JsonObject
                {
                    ["id"] = agent.Tool.Id, ["description"] = agent.Tool.Does,
                    ["inputSchema"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject { ["query"] = new JsonObject { ["type"] = "string" } },
                        ["required"] = new JsonArray("query"),
                    },
                }),
            },
        }),
        new("carla", "Personal data is not for the logs", _ => Config("guardrails", new() { ["personalData"] = "redact" })),
        new("ana", "Looked at, and good", null),
        new("ben", "The rule of the review in September", agent => Says(agent.Prompt(4))),
        new("david", "Somebody has to say hello", agent =>
            Config("instructions", new() { ["firstMessage"] = $"Hello, this is {agent.Name} of {{{{company}}}}. What can I do for you?" })),
        new("ana", "Long conversations lost their beginning", _ => Config("memory", new() { ["type"] = "window", ["window"] = 40 })),
        new("carla", "New users did not know what to ask", agent => new()
        {
            ["config"] = new JsonObject { ["starters"] = new JsonArray(new JsonObject { ["text"] = agent.Starter }) },
        }),
        new("ben", "One talk went in circles for a minute", _ => Config("limits", new() { ["maxIterations"] = 8 })),
        new("david", "Shorter, as people read it on their phones", agent =>
            Says($"{agent.Prompt(4)}\n- Answer in at most three sentences, unless somebody asks for more.")),
        new("ana", "Found by those who look for it", agent => new() { ["tags"] = new JsonArray(agent.Team, "northwind", "2026") }),
    ];

    /// <summary>The history of the agent at this place: the first ones have the longest.</summary>
    public static IEnumerable<DemonstrationStep> Of(int index) => All.Take(index < 6 ? All.Count : All.Count - (index % 4));

    private static JsonObject Says(string prompt) => Config("instructions", new() { ["template"] = prompt });

    private static JsonObject Config(string section, JsonObject content) => new() { ["config"] = new JsonObject { [section] = content } };
}
