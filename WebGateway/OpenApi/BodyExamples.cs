using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>An example of each body, by the name of its schema: what a tool would make up says nothing.</summary>
internal static class BodyExamples
{
    private static readonly FrozenDictionary<string, string> All = new Dictionary<string, string>
    {
        ["AgentContent"] =
            """
            {"id":"support-bot","name":"Support bot","type":"conversational","description":"Answers questions about orders.",
             "config":{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0.2}},
               "instructions":{"template":"You help customers of the shop. Be brief, and never promise a date."},
               "tools":[{"id":"order_lookup"}],"starters":[{"text":"Where is my order?"}]},
             "tags":["support"],"note":"First draft."}
            """,
        ["TemplateContent"] =
            """
            {"id":"desk","name":"Help desk","type":"conversational",
             "variables":{"shop":{"type":"string","description":"What the shop is called.","required":true}},
             "config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"You help customers of {{shop}}."}}}
            """,
        ["ApplyRequest"] =
            """
            {"manager":"ci","content":{"name":"Support bot","type":"conversational","config":{}},"decisions":{"name":"live"}}
            """,
        ["StatusChangeRequest"] = """{"note":"Reviewed by the support team."}""",
        ["NoteRequest"] = """{"note":"Needed again for the season."}""",
        ["RollbackRequest"] = """{"toVersion":3,"note":"The new instructions were too long."}""",
        ["CloneRequest"] = """{"name":"Support bot for Spain","id":"support-bot-es"}""",
        ["InstantiateRequest"] = """{"name":"Desk of the north","id":"desk-north","variables":{"shop":"The North Shop"}}""",
        ["UpgradeRequest"] = """{"toVersion":4,"onConflict":"refuse"}""",
        ["UpgradeAllRequest"] = """{"onConflict":"mine","maxFailures":2}""",
        ["StartTaskRequest"] = """{"kind":"revalidate"}""",
        ["BulkRequest"] =
            """
            {"action":"patch","filter":{"template":"desk"},"patch":{"config":{"model":{"id":"gpt-5"}}},"note":"The new model."}
            """,
        ["CreateApiKeyRequest"] =
            """
            {"name":"Deployment","permissions":["agents:read","releases:create","releases:run"],"labels":["staging"],
             "expiresAt":"2027-01-31T00:00:00Z"}
            """,
        ["RotateApiKeyRequest"] = """{"graceSeconds":3600}""",
        ["CreateWebhookRequest"] =
            """
            {"url":"https://hooks.example.com/agents","description":"The deployment","events":["agent_activated","agent_deactivated"]}
            """,
        ["UpdateWebhookRequest"] = """{"disabled":false}""",
        ["RotateWebhookRequest"] = """{"graceSeconds":86400}""",
        ["ReplayWebhookRequest"] = """{"from":17}""",
        ["FileLinkRequest"] = """{"expiresInSeconds":600}""",
        ["ResolveRequest"] = """{"ids":["support-bot","desk-north"]}""",
        ["ConfigureTenantRequest"] =
            """
            {"tier":"professional","overrides":{"agents":30},
             "settings":{"requireIfMatch":true,"defaultModel":{"provider":"openai","id":"gpt-5-mini"}}}
            """,
        ["LabelRequest"] =
            """
            {"description":"What customers talk to.","from":"staging","approvals":1,"excludeAuthors":true,"checks":["evaluation"],
             "freezes":[{"from":"2026-12-24T00:00:00Z","to":"2026-12-27T00:00:00Z","reason":"Nobody is here."}]}
            """,
        ["ReleaseRequest"] =
            """
            {"label":"production","items":[{"agent":"support-bot","version":7,"expect":6}],
             "rollout":{"steps":[{"weight":1000,"minDuration":"PT1H"},{"weight":25000,"minDuration":"P1D","gate":"verdict"}],
               "onFailure":"rollback"},
             "note":"Shorter answers."}
            """,
        ["ChangeReleaseRequest"] = """{"rollout":null,"note":"At once after all."}""",
        ["VoteRequest"] =
            """{"planHash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","comment":"Read and tried."}""",
        ["RollbackReleaseRequest"] = """{"reason":"Answers are wrong about refunds."}""",
        ["VerdictRequest"] = """{"name":"answers-rated-good","ok":true,"value":0.94,"url":"https://example.com/runs/17"}""",
        ["CheckRequest"] = """{"name":"evaluation","ok":true,"url":"https://example.com/runs/17"}""",
        ["RuntimeReportRequest"] =
            """
            {"label":"production","labelRevision":12,"applied":[{"agent":"support-bot","version":7}],"sdk":"python/1.0"}
            """,
        ["EvaluationRequest"] = """{"context":{"targetingKey":"user-17"}}""",
        ["AssignRequest"] = """{"version":7,"note":"Shorter answers."}""",
        ["TokenRequest"] = """{"tenant":"demo","role":"editor"}""",
    }.ToFrozenDictionary();

    /// <summary>The example of a body; null for one that has none.</summary>
    public static JsonNode? Of(string? schema) =>
        schema is not null && All.TryGetValue(schema, out var example) ? JsonNode.Parse(example) : null;
}
