using System.Text.Json;
using AgentManagement.Client;

namespace AgentManagement.Demonstration;

/// <summary>What agents are made from.</summary>
internal static class DemonstrationTemplates
{
    /// <summary>The agents of the first: id, name and the value of its variable.</summary>
    public static IReadOnlyList<(string Id, string Name, string City)> Branches { get; } =
    [
        ("branch-desk-bilbao", "Branch desk Bilbao", "Bilbao"), ("branch-desk-lyon", "Branch desk Lyon", "Lyon"),
        ("branch-desk-porto", "Branch desk Porto", "Porto"),
    ];

    public static TemplateContent BranchDesk(int version) => new("Branch desk", "conversational", Element($$$"""
        {"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0.2}},
         "instructions":{"template":"You are the desk of the branch in {{city}}.\n\n# How you work\n- Say what is in stock there.\n- {{{(
            version == 1 ? "The branch is open from 8 to 18." : "The branch is open from 7 to 19, on Saturdays from 8 to 13.")}}}"},
         "guardrails":{"moderation":"medium"}}
        """))
    {
        Id = "branch-desk", Description = "For each branch one: stock, opening hours, the way there.", Tags = ["branches"],
        Variables = Element("""{"city":{"type":"string","description":"Where the branch is.","required":true}}"""),
    };

    public static TemplateContent FieldReport() => new("Field report", "rag", Element("""
        {"model":{"provider":"openai","id":"gpt-5-mini"},
         "instructions":{"template":"You turn notes of visits in {{region}} into reports.\n- What was seen, what was promised."}}
        """))
    {
        Id = "field-report", Description = "Reports of visits, by region.", Tags = ["sales"],
        Variables = Element("""{"region":{"type":"string","description":"Whose customers.","required":true}}"""),
    };

    private static JsonElement Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
