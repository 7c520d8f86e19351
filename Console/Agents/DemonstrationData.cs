using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AgentManagement.Client;
using AgentManagement.WebConsole.Editing;

namespace AgentManagement.WebConsole.Agents;

/// <summary>Agents to look around with, made over the API as anybody would.</summary>
public static class DemonstrationData
{
    private const int MaxAgents = 30;

    private static readonly string[] Teams = ["support", "sales", "finance", "people", "operations", "research"];
    private static readonly string[] Works = ["assistant", "reviewer", "planner", "concierge", "analyst"];

    private static readonly (string Note, string Line)[] Edits =
    [
        ("Shorter answers, as asked for in the review", "Answer in at most three sentences."),
        ("Never promises a refund", "Never promise a refund; say what the policy allows."),
        ("Asks before it acts", "Ask for a confirmation before you change anything."),
        ("Greets in the customer's language", "Greet people in the language that they write in."),
        ("Says where an answer is from", "Name the document that an answer is from."),
    ];

    /// <param name="api">The service, as whoever is signed in.</param>
    /// <param name="progress">Told how much is made.</param>
    public static async Task FillAsync(AgentManagementClient api, Action<int> progress, CancellationToken stopping)
    {
        var tenant = await api.Tenant.GetAsync(stopping);
        var room = tenant.Limits.GetProperty("agents").GetInt32() - tenant.Usage.GetProperty("agents").GetInt32();
        var names = Teams.SelectMany(team => Works.Select(work => (Team: team, Work: work))).Take(Math.Min(MaxAgents, room)).ToList();
        var lines = new StringBuilder();
        foreach (var (team, work) in names)
        {
            var line = ContentOf(team, work);
            line["id"] = $"{team}-{work}";
            lines.Append(line.ToJsonString()).Append('\n');
        }
        var import = await api.Tasks.ImportAsync(Encoding.UTF8.GetBytes(lines.ToString()), dryRun: false, createOnly: true, null, stopping);
        await api.Tasks.WaitAsync(import.Id, null, stopping);
        var done = names.Count;
        progress(done);
        foreach (var (index, (team, work)) in names.Index())
        {
            var id = $"{team}-{work}";
            // The first ones have a long history, the others a short one.
            foreach (var (note, line) in Edits.Take(index < 6 ? Edits.Length : 1 + (index % 2)))
            {
                if (await api.Agents.FindAsync(id, stopping) is not { } agent) break;
                var content = Document.ContentOf(agent);
                var prompt = Document.At(content, "/config/instructions/template")?.GetValue<string>() ?? "";
                Document.Put(content, "/config/instructions/template", $"{prompt}\n- {line}");
                content["note"] = note;
                await api.Agents.ReplaceAsync(id, Document.ToElement(content), new() { IfMatch = agent.Version }, stopping);
                progress(++done);
            }
            if (index % 3 != 2)
            {
                try
                {
                    await api.Agents.ActivateAsync(id, "Looked at, and good", null, stopping);
                }
                catch (ApiException refusal) when (refusal.Code is "quota_exceeded" or "invalid_content" or "permission_denied")
                {
                    // As far as the tier goes.
                }
                progress(++done);
            }
        }
    }

    private static JsonObject ContentOf(string team, string work)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(team[0])}{team[1..]} {work}");
        return new JsonObject
        {
            ["name"] = name, ["type"] = work is "analyst" ? "rag" : "conversational",
            ["description"] = $"Works for {team}: {work}.",
            ["tags"] = new JsonArray(team, work),
            ["config"] = new JsonObject
            {
                ["model"] = new JsonObject
                {
                    ["provider"] = "openai", ["id"] = "gpt-5-mini",
                    ["params"] = new JsonObject { ["temperature"] = 0.3, ["maxTokens"] = 800 },
                },
                ["instructions"] = new JsonObject
                {
                    ["template"] = $"You are the {work} of {{{{company}}}}'s {team} team.\n\n# How you work\n"
                        + "- Be friendly and to the point.\n- Say so when you do not know.",
                    ["variables"] = new JsonObject { ["company"] = new JsonObject { ["type"] = "string", ["default"] = "Acme" } },
                },
                ["guardrails"] = new JsonObject { ["moderation"] = "medium", ["personalData"] = "redact" },
                ["limits"] = new JsonObject { ["maxIterations"] = 12, ["timeoutSeconds"] = 120 },
            },
        };
    }
}
