namespace AgentManagement.Tests.WebGateway;

/// <summary>Every route of the API, with a body that it takes and the permission that it asks.</summary>
internal static class Routes
{
    /// <summary>A valid token is enough.</summary>
    public const string AnyCaller = "";

    private const string Read = "agents:read";
    private const string Write = "agents:write";
    private const string Activate = "agents:activate";
    private const string Delete = "agents:delete";

    private const string TemplateContent = """{"name":"T","type":"rag","config":{}}""";

    private const string ReleaseOfBot = """{"label":"production","items":[{"agent":"bot","version":1}]}""";
    private static readonly string Vote = $$"""{"planHash":"{{new string('0', 64)}}"}""";

    public static readonly (string Method, string Path, string? Body, string Permission)[] OfOneAgent =
    [
        ("GET", "/api/v1/agents/{id}", null, Read),
        ("PUT", "/api/v1/agents/{id}", Api.Content(), Write),
        ("PATCH", "/api/v1/agents/{id}", """{"name":"New"}""", Write),
        ("DELETE", "/api/v1/agents/{id}", null, Delete),
        ("DELETE", "/api/v1/agents/{id}?purge=true", null, "agents:purge"),
        ("POST", "/api/v1/agents/{id}/activate", """{"reason":"Now"}""", Activate),
        ("POST", "/api/v1/agents/{id}/deactivate", null, Activate),
        ("POST", "/api/v1/agents/{id}/restore", null, Delete),
        ("POST", "/api/v1/agents/{id}/clone", """{"name":"Copy"}""", Write),
        ("POST", "/api/v1/agents/{id}/rollback", """{"toVersion":1}""", Write),
        ("POST", "/api/v1/agents/{id}/upgrade", null, Write),
        ("GET", "/api/v1/agents/{id}/versions", null, Read),
        ("GET", "/api/v1/agents/{id}/versions/1", null, Read),
        ("GET", "/api/v1/agents/{id}/versions/1/diff/1", null, Read),
        ("GET", "/api/v1/agents/{id}/versions/1/diff/1/risks", null, Read),
    ];

    public static readonly (string Method, string Path, string? Body, string Permission)[] All =
    [
        .. OfOneAgent,
        ("GET", "/api/v1/agents", null, Read),
        ("POST", "/api/v1/agents", Api.Content(), Write),
        ("POST", "/api/v1/agents/validate", Api.Content(), Read),
        ("POST", "/api/v1/agents/bulk", """{"action":"patch","ids":["absent"],"patch":{}}""", Write),
        ("POST", "/api/v1/agents/{id}/apply", $$"""{"manager":"ci","content":{{Api.Content()}}}""", Write),
        ("GET", "/api/v1/templates", null, Read),
        ("POST", "/api/v1/templates", TemplateContent, "templates:write"),
        ("GET", "/api/v1/templates/{template}", null, Read),
        ("PUT", "/api/v1/templates/{template}", TemplateContent, "templates:write"),
        ("DELETE", "/api/v1/templates/{template}", null, "templates:write"),
        ("GET", "/api/v1/templates/{template}/versions", null, Read),
        ("GET", "/api/v1/templates/{template}/versions/1", null, Read),
        ("POST", "/api/v1/templates/{template}/instantiate", """{"name":"New"}""", Write),
        ("POST", "/api/v1/templates/{template}/upgrade", null, Write),
        ("POST", "/api/v1/tasks/{id}/undo", null, Write),
        ("GET", "/api/v1/files", null, Read),
        ("POST", "/api/v1/files?name=a.json", "{}", Write),
        ("GET", "/api/v1/files/{file}", null, Read),
        ("GET", "/api/v1/files/{file}/content", null, Read),
        ("POST", "/api/v1/files/{file}/link", null, Read),
        ("DELETE", "/api/v1/files/{file}", null, Delete),
        ("PUT", "/internal/v1/tenants/{tenant}", """{"tier":"free"}""", "tenants:manage"),
        ("GET", "/internal/v1/tenants/{tenant}/agents", null, "internal:read"),
        ("GET", "/internal/v1/tenants/{tenant}/agents/{id}/config", null, "internal:read"),
        ("POST", "/internal/v1/tenants/{tenant}/resolve", """{"ids":["bot"]}""", "internal:read"),
        ("GET", "/api/v1/api-keys", null, "keys:manage"),
        ("POST", "/api/v1/api-keys", """{"name":"ci","permissions":["agents:read"]}""", "keys:manage"),
        ("GET", "/api/v1/api-keys/{key}", null, "keys:manage"),
        ("POST", "/api/v1/api-keys/{key}/rotate", null, "keys:manage"),
        ("DELETE", "/api/v1/api-keys/{key}", null, "keys:manage"),
        ("GET", "/api/v1/webhooks", null, "webhooks:manage"),
        ("POST", "/api/v1/webhooks", """{"url":"http://127.0.0.1:9/"}""", "webhooks:manage"),
        ("GET", "/api/v1/webhooks/{webhook}", null, "webhooks:manage"),
        ("PATCH", "/api/v1/webhooks/{webhook}", """{"disabled":true}""", "webhooks:manage"),
        ("DELETE", "/api/v1/webhooks/{webhook}", null, "webhooks:manage"),
        ("POST", "/api/v1/webhooks/{webhook}/rotate", null, "webhooks:manage"),
        ("POST", "/api/v1/webhooks/{webhook}/test", null, "webhooks:manage"),
        ("POST", "/api/v1/webhooks/{webhook}/replay", """{"from":1}""", "webhooks:manage"),
        ("GET", "/api/v1/webhooks/{webhook}/dead-letters", null, "webhooks:manage"),
        ("GET", "/api/v1/tenant", null, "tenant:read"),
        ("GET", "/api/v1/me", null, AnyCaller),
        ("GET", "/api/v1/audit", null, "audit:read"),
        ("GET", "/api/v1/audit/days", null, "audit:read"),
        ("GET", "/api/v1/audit/verify", null, "audit:read"),
        ("GET", "/api/v1/audit/refusals", null, "refusals:read"),
        ("GET", "/api/v1/audit/refusals/days", null, "refusals:read"),
        ("GET", "/api/v1/audit/reads", null, "audit:read"),
        ("GET", "/api/v1/schemas/agent-config", null, Read),
        ("GET", "/api/v1/export", null, Read),
        ("POST", "/api/v1/import", "{}", Write),
        ("GET", "/api/v1/tasks", null, Read),
        ("POST", "/api/v1/tasks", """{"kind":"revalidate"}""", Write),
        ("GET", "/api/v1/tasks/{id}", null, Read),
        ("GET", "/api/v1/labels", null, Read),
        ("GET", "/api/v1/labels/{label}", null, Read),
        ("GET", "/api/v1/labels/{label}/assignments", null, Read),
        ("POST", "/api/v1/labels/{label}/ofrep/v1/evaluate/flags", "{}", Read),
        ("POST", "/api/v1/labels/{label}/ofrep/v1/evaluate/flags/{id}", "{}", Read),
        ("PUT", "/api/v1/labels/{label}", "{}", "labels:manage"),
        ("DELETE", "/api/v1/labels/{label}", null, "labels:manage"),
        ("PUT", "/api/v1/agents/{id}/labels/{label}", """{"version":1}""", "releases:run"),
        ("GET", "/api/v1/agents/{id}/versions/1/checks", null, Read),
        ("POST", "/api/v1/agents/{id}/versions/1/checks", """{"name":"tests","ok":true}""", "releases:report"),
        ("GET", "/api/v1/releases", null, Read),
        ("POST", "/api/v1/releases", ReleaseOfBot, "releases:create"),
        ("GET", "/api/v1/releases/{release}", null, Read),
        ("GET", "/api/v1/releases/{release}/diff", null, Read),
        ("PATCH", "/api/v1/releases/{release}", """{"note":"New"}""", "releases:create"),
        ("POST", "/api/v1/releases/{release}/approve", Vote, "releases:approve"),
        ("POST", "/api/v1/releases/{release}/reject", Vote, "releases:approve"),
        ("POST", "/api/v1/releases/{release}/start", null, "releases:run"),
        ("POST", "/api/v1/releases/{release}/advance", null, "releases:run"),
        ("POST", "/api/v1/releases/{release}/pause", null, "releases:run"),
        ("POST", "/api/v1/releases/{release}/resume", null, "releases:run"),
        ("POST", "/api/v1/releases/{release}/cancel", null, "releases:run"),
        ("POST", "/api/v1/releases/{release}/rollback", """{"reason":"Worse."}""", "releases:run"),
        ("POST", "/api/v1/releases/{release}/verdicts", """{"name":"smoke","ok":true}""", "releases:report"),
        ("GET", "/internal/v1/tenants/{tenant}/labels/{label}/rules", null, "internal:read"),
        ("GET", "/api/v1/releases/{release}/adoption", null, Read),
        ("GET", "/api/v1/runtimes", null, "runtimes:read"),
        ("GET", "/api/v1/runtimes/pod-1", null, "runtimes:read"),
        ("GET", "/api/v1/agents/{id}/applied", null, "runtimes:read"),
        ("PUT", "/internal/v1/tenants/{tenant}/runtimes/pod-1", """{"applied":[]}""", "runtimes:report"),
        ("DELETE", "/internal/v1/tenants/{tenant}/runtimes/pod-1", null, "runtimes:report"),
        // A revision that never was, so that the answer ends.
        ("GET", "/api/v1/changes?since=9", null, Read),
    ];

    public static TheoryData<string, string> Names => [.. All.Select(route => (route.Method, route.Path))];

    public static TheoryData<string, string> NamesOfOneAgent => [.. OfOneAgent.Select(route => (route.Method, route.Path))];

    public static (string Method, string Path, string? Body, string Permission) Find(string method, string path) =>
        All.Single(route => route.Method == method && route.Path == path);
}
