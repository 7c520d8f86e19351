using System.Net.Http.Headers;
using System.Text.Json;

namespace AgentManagement.Bench.Isolation;

/// <summary>A request that names what its sender's tenant does not have. <c>§kind:n§</c> stands for the n-th thing of a kind.</summary>
/// <param name="Operation">The operation's id in the API's description.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Body">The body; null for none.</param>
/// <param name="Headers">Further headers.</param>
public sealed record Attempt(
    string Operation, string Method, string Target, string? Body, ImmutableArray<(string Name, string Value)> Headers)
{
    /// <summary>The request, on what is another tenant's or on what is not there.</summary>
    public HttpRequestMessage ToRequest(Victim victim, bool isForeign, string token)
    {
        string Fill(string text) => Placeholder.Fill(text, victim, isForeign);
        var request = new HttpRequestMessage(new HttpMethod(Method), Fill(Target).TrimStart('/'));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, Fill(value));
        if (Body is null) return request;
        request.Content = new StringContent(Fill(Body));
        request.Content.Headers.ContentType = new(
            Method == "PATCH" ? "application/merge-patch+json" : Operation == "importAgents" ? "application/x-ndjson"
            : Operation == "uploadFile" ? "text/plain" : "application/json");
        return request;
    }
}

/// <summary>Makes attempts for every operation of the API.</summary>
public sealed class Attempts
{
    private static readonly string[] TenantHeaders =
        ["X-Tenant-Id", "X-Tenant", "Tenant", "X-Forwarded-Tenant", "X-Original-URL", "X-User-Id"];
    private static readonly string[] Assignments =
        ["\"tenantId\":\"victim\"", "\"tenant_id\":\"victim\"", "\"version\":7", "\"status\":\"active\"", "\"owner\":\"victim\"",
            "\"tier\":\"enterprise\"", "\"revision\":9"];

    private readonly ImmutableArray<(string Operation, string Method, string Path, ImmutableArray<string> Queries)> _operations;

    /// <param name="description">The API's OpenAPI document.</param>
    public Attempts(JsonElement description) => _operations =
    [
        .. from path in description.GetProperty("paths").EnumerateObject()
           where path.Name.StartsWith("/api/", StringComparison.Ordinal) || path.Name.StartsWith("/internal/", StringComparison.Ordinal)
           from operation in path.Value.EnumerateObject()
           where operation.Value.TryGetProperty("operationId", out _)
           let id = operation.Value.GetProperty("operationId").GetString()!
           // Stays open; followed apart.
           where id != "followChanges"
           select (id, operation.Name.ToUpperInvariant(), path.Name, QueriesOf(operation.Value)),
    ];

    public int Operations => _operations.Length;

    public Attempt Make(Random random)
    {
        var (operation, method, path, queries) = _operations[random.Next(_operations.Length)];
        var target = path;
        foreach (var (name, kind) in ((string, string)[])[
            ("{template}", "templates"), ("{tenant}", "tenants"), ("{label}", "labels"), ("{release}", "releases"), ("{id}", KindOf(path)),
        ])
        {
            target = target.Replace(name, $"§{kind}:{random.Next(4)}§", StringComparison.Ordinal);
        }
        foreach (var number in (string[])["{version}", "{from}", "{to}"])
        {
            target = target.Replace(number, $"{random.Next(1, 4)}", StringComparison.Ordinal);
        }
        var chosen = queries.Where(_ => random.Next(4) == 0).Select(name => $"{name}={Uri.EscapeDataString(QueryValue(name, random))}")
            .ToList();
        if (operation == "uploadFile" && !chosen.Exists(each => each.StartsWith("name=", StringComparison.Ordinal)))
        {
            chosen.Add("name=note.txt");
        }
        if (chosen.Count > 0) target += "?" + string.Join('&', chosen);
        return new(operation, method, target, method is "GET" or "DELETE" ? null : BodyOf(operation, random), HeadersOf(random));
    }

    private static ImmutableArray<string> QueriesOf(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
        ? [.. parameters.EnumerateArray().Where(each => each.TryGetProperty("in", out var place) && place.GetString() == "query")
            .Select(each => each.GetProperty("name").GetString()!)]
        : [];

    private static string KindOf(string path) =>
        path.Contains("/tasks/", StringComparison.Ordinal) ? "tasks" : path.Contains("/files/", StringComparison.Ordinal)
            ? "files" : "agents";

    private static string QueryValue(string name, Random random) => name switch
    {
        "cursor" => Placeholder.Cursor,
        "limit" => "200",
        "dryRun" or "purge" => random.Next(2) == 0 ? "true" : "false",
        "version" => $"{random.Next(1, 4)}",
        "q" or "actor" or "tag" or "name" => "secret",
        "since" => "0",
        _ => $"§agents:{random.Next(4)}§",
    };

    private static ImmutableArray<(string, string)> HeadersOf(Random random) => random.Next(6) switch
    {
        0 => [(TenantHeaders[random.Next(TenantHeaders.Length)], Victim.TenantId)],
        1 => [("Idempotency-Key", $"key-{random.Next()}-§agents:0§")],
        2 => [("If-Match", $"\"{random.Next(1, 5)}\"")],
        3 => [("If-None-Match", $"\"{random.Next(1, 5)}\"")],
        _ => [],
    };

    private static string BodyOf(string operation, Random random)
    {
        var (agent, own) = ($"§agents:{random.Next(4)}§", $"§own:{random.Next(8)}§");
        var extra = random.Next(4) == 0 ? "," + Assignments[random.Next(Assignments.Length)] : "";
        var config = random.Next(5) switch
        {
            0 => $$"""{"handoffs":[{"agentId":"{{agent}}","when":"always"}]}""",
            1 => """{"attachments":[{"id":"§files:0§","name":"note.txt","mediaType":"text/plain"}]}""",
            2 => """{"instructions":{"template":"Ask §agents:1§."}}""",
            _ => "{}",
        };
        var content = $$"""{"name":"Mine","type":"rag","config":{{config}}{{extra}}}""";
        return operation switch
        {
            "createAgent" => content.Insert(1, $"\"id\":\"{own}\","),
            "validateAgent" or "replaceAgent" or "replaceTemplate" or "createTemplate" => content,
            "patchAgent" => $$"""{"config":{{config}}{{extra}}}""",
            "cloneAgent" => $$"""{"id":"{{own}}-copy","name":"Copy"{{extra}}}""",
            "rollBackAgent" => $$"""{"toVersion":{{random.Next(1, 4)}}{{extra}}}""",
            "activateAgent" or "deactivateAgent" => $$"""{"reason":"mine"{{extra}}}""",
            "instantiateTemplate" => $$"""{"id":"{{own}}-made","name":"Made"{{extra}}}""",
            "upgradeAgent" => $$"""{"toVersion":{{random.Next(1, 4)}}{{extra}}}""",
            "resolveConfigurations" => """{"ids":["§agents:0§","§agents:1§"]}""",
            "createRelease" => """{"label":"§labels:0§","items":[{"agent":"§agents:0§","version":1}]}""",
            "changeRelease" => """{"items":[{"agent":"§agents:0§","version":1}]}""",
            "assignVersion" => """{"version":1}""",
            "approveRelease" or "rejectRelease" => $$"""{"planHash":"{{new string('0', 64)}}"}""",
            "rollBackRelease" => """{"reason":"mine"}""",
            "reportVerdict" or "reportCheck" => """{"name":"mine","ok":false}""",
            "configureTenant" => """{"tier":"free"}""",
            "startTask" => """{"kind":"revalidate"}""",
            // Done later, and so on agents that nothing else is tried on.
            "importAgents" => $$"""{"id":"§imported:{{random.Next(4)}}§","name":"Imported","type":"rag","config":{{config}}}""" + "\n",
            "uploadFile" => "§texts:0§",
            _ => "{}",
        };
    }
}
