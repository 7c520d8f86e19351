using System.Text;
using AgentManagement.Tests.Tasks;

namespace AgentManagement.Tests.WebGateway;

/// <summary>/import, /export and /tasks.</summary>
[Collection(typeof(GatewayTests))]
public sealed class TaskTests(Gateway gateway)
{
    private const string Export = "/api/v1/export";

    [Fact]
    public async Task An_import_is_accepted_and_tells_its_progress_and_result()
    {
        var client = gateway.Client();
        var response = await client.SendAsync("POST", Api.Import, TaskSilo.Lines(["one", "two"]) + "{\n");
        var task = await response.ShouldBeAsync(202);
        Assert.Equal($"{Api.Tasks}/{task.Text("id")}", response.Headers.Location?.ToString());
        Assert.Equal(
            ["id", "kind", "status", "progress", "result", "error", "createdAt", "finishedAt", "actor"], task.EnumerateObject()
                .Select(member => member.Name));

        var ended = await EndedAsync(client, task.Text("id"));

        Assert.Equal(("import", "completed", """{"done":3,"total":3}"""),
            (ended.Text("kind"), ended.Text("status"), ended.GetProperty("progress").GetRawText()));
        var result = ended.GetProperty("result");
        Assert.Equal((2, 1), (result.GetProperty("created").GetInt32(), result.GetProperty("failedCount").GetInt32()));
        Assert.Equal((3, "malformed_json"), (result.GetProperty("failed")[0].GetProperty("line").GetInt32(), result.GetProperty("failed")[0]
            .Text("code")));
        Assert.Equal(2, (await client.GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());
        // What a task changes comes from where the request came from.
        Assert.Equal(["127.0.0.1", "127.0.0.1"], (await client.GetAsync("/api/v1/audit", 200)).GetProperty("items").EnumerateArray()
            .Select(item => item.Text("address")));
        Assert.Equal(task.Text("id"), (await client.GetAsync(Api.Tasks, 200)).GetProperty("items")[0].Text("id"));
    }

    [Fact]
    public async Task An_import_can_be_tried()
    {
        var client = gateway.Client();
        await client.CreateAsync(Api.Content(id: "known"));
        var revision = (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt64();
        var odd = Api.Content(id: "odd").Replace("openai", "", StringComparison.Ordinal);
        var body = $"{Api.Content("Other", id: "known")}\n{Api.Content(id: "new")}\n{odd}\n";
        var task = await (await client.SendAsync("POST", $"{Api.Import}?dryRun=true", body, ("Content-Type", "application/x-ndjson")))
            .ShouldBeAsync(202);
        var result = (await EndedAsync(client, task.Text("id"))).GetProperty("result");
        Assert.True(result.GetProperty("dryRun").GetBoolean());
        Assert.Equal([1, 1, 1], Counts(result, "created", "updated", "failedCount"));
        Assert.Equal(revision, (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt64());
        Assert.Equal(1, (await client.GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task An_import_can_leave_alone_what_is_there()
    {
        var client = gateway.Client();
        await client.CreateAsync(Api.Content("Mine", id: "known"));
        var body = $"{Api.Content("Other", id: "known")}\n{Api.Content(id: "new")}\n";
        var task = await (await client.SendAsync("POST", $"{Api.Import}?mode=create", body, ("Content-Type", "application/x-ndjson")))
            .ShouldBeAsync(202);
        var result = (await EndedAsync(client, task.Text("id"))).GetProperty("result");
        Assert.Equal([1, 1, 0], Counts(result, "created", "skipped", "failedCount"));
        Assert.Equal("Mine", (await client.GetAsync($"{Api.Agents}/known", 200)).Text("name"));
        await (await client.SendAsync("POST", $"{Api.Import}?mode=replace", body, ("Content-Type", "application/x-ndjson")))
            .ShouldBeProblemAsync(400, "invalid_parameter");
    }

    [Fact]
    public async Task The_lines_of_a_large_import_are_told_by_their_numbers()
    {
        var client = gateway.Client();
        var padding = new string(' ', 700_000);
        string[] lines = [Line("one"), Line("two"), new string('x', 3_000_000), Line("three"), "{", Line("four")];
        var result = await ImportAsync(client, string.Join('\n', lines));
        Assert.Equal(4, result.GetProperty("created").GetInt32());
        Assert.Equal(
            [(3, "line_too_large"), (5, "malformed_json")],
            result.GetProperty("failed").EnumerateArray().Select(line => (line.GetProperty("line").GetInt32(), line.Text("code"))));

        string Line(string id) => TaskSilo.Lines([id]).TrimEnd('\n') + padding;
    }

    [Fact]
    public async Task Importing_an_export_changes_nothing_and_moves_a_tenant()
    {
        var (client, other) = (gateway.Client("admin"), gateway.Client("admin"));
        // More than a page, texts of all kinds, a live agent and an archived one.
        for (var number = 0; number < 23; number++) await client.CreateAsync(
            Api.Content($"Ágent \\\"{number}\\\" 😀", id: $"bot-{number:00}"));
        await client.CreateAsync(
            """{"id":"odd","name":"Odd","description":null,"type":"rag","config":{"model":{"id":"gpt-5-mini","provider":"openai","params":{"temperature":0.70}}},"metadata":{"z":1.0,"a":null}}""");
        await (await client.SendAsync("POST", $"{Api.Agents}/bot-01/activate", null)).ShouldBeAsync(200);
        await (await client.SendAsync("DELETE", $"{Api.Agents}/bot-02")).ShouldBeAsync(204);
        var revision = (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt32();

        var export = await ExportAsync(client);
        Assert.Equal(23, export.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var again = await ImportAsync(client, export);
        Assert.Equal((23, 0), (again.GetProperty("unchanged").GetInt32(), again.GetProperty("failedCount").GetInt32()));
        Assert.Equal(revision, (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt32());

        Assert.Equal(23, (await ImportAsync(other, export)).GetProperty("created").GetInt32());
        Assert.Equal(WithoutStatus(export), WithoutStatus(await ExportAsync(other)));
        Assert.Equal("draft", (await other.GetAsync($"{Api.Agents}/bot-01", 200)).Text("status"));
    }

    /// <summary>docs/operations.md: one tenant goes back to what an export has.</summary>
    [Fact]
    public async Task An_export_brings_back_what_was_changed_and_purged_since_and_leaves_what_is_newer()
    {
        var client = gateway.Client("admin");
        foreach (var id in (string[])["edited", "purged", "archived", "same"]) await client.CreateAsync(Api.Content("Before", id: id));
        var export = await ExportAsync(client);
        await (await client.SendAsync("PUT", $"{Api.Agents}/edited", Api.Content("After"))).ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{Api.Agents}/edited/activate")).ShouldBeAsync(200);
        foreach (var id in (string[])["purged", "archived"])
        {
            await (await client.SendAsync("DELETE", $"{Api.Agents}/{id}")).ShouldBeAsync(204);
        }
        await (await client.SendAsync("DELETE", $"{Api.Agents}/purged?purge=true")).ShouldBeAsync(204);
        await client.CreateAsync(Api.Content("After", id: "newer"));

        var result = await ImportAsync(client, export);

        Assert.Equal((1, 1, 1, 1), (result.GetProperty("created").GetInt32(), result.GetProperty("updated").GetInt32(),
            result.GetProperty("unchanged").GetInt32(), result.GetProperty("failedCount").GetInt32()));
        // What is archived is restored by hand, and then imported again.
        Assert.Equal("agent_archived", result.GetProperty("failed")[0].Text("code"));
        await (await client.SendAsync("POST", $"{Api.Agents}/archived/restore")).ShouldBeAsync(200);
        Assert.Equal((4, 0), await ImportAsync(client, export) is var again
            ? (again.GetProperty("unchanged").GetInt32(), again.GetProperty("failedCount").GetInt32()) : default);
        Assert.Equal(("Before", "active"), await client.GetAsync($"{Api.Agents}/edited", 200) is var edited
            ? (edited.Text("name"), edited.Text("status")) : default);
        Assert.Equal("After", (await client.GetAsync($"{Api.Agents}/newer", 200)).Text("name"));
    }

    [Fact]
    public async Task An_empty_export_has_no_lines_and_comes_as_lines_only()
    {
        var response = await gateway.Client().SendAsync("GET", Export);
        Assert.Equal(
            ("application/x-ndjson", ""), (response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync()));
        await (await gateway.Client().SendAsync("GET", Export, null, ("Accept", "application/json")))
            .ShouldBeProblemAsync(406, "not_acceptable");
    }

    [Fact]
    public async Task Anothers_task_a_missing_one_and_what_is_no_id_look_the_same()
    {
        var theirs = (await (await gateway.Client().SendAsync("POST", Api.Import, "{}")).ShouldBeAsync(202)).Text("id");
        var answers = new List<string>();
        foreach (var id in (string[])[theirs, new string('0', 32), "absent"])
        {
            var response = await gateway.Client("admin").SendAsync("GET", $"{Api.Tasks}/{id}", null, ("X-Correlation-ID", "same"));
            answers.Add($"{(int)response.StatusCode} {response.Content.Headers} {await response.Content.ReadAsStringAsync()}");
        }
        Assert.StartsWith("404", Assert.Single(answers.Distinct()), StringComparison.Ordinal);
        Assert.Empty((await gateway.Client().GetAsync(Api.Tasks, 200)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_same_request_under_the_same_key_is_the_same_task()
    {
        var client = gateway.Client();
        var key = ("Idempotency-Key", "monday");
        var first = await (await client.SendAsync("POST", Api.Import, TaskSilo.Lines("one"), key)).ShouldBeAsync(202);
        var again = await (await client.SendAsync("POST", Api.Import, TaskSilo.Lines("one"), key)).ShouldBeAsync(202);
        Assert.Equal(first.Text("id"), again.Text("id"));
        await (await client.SendAsync("POST", Api.Import, TaskSilo.Lines("two"), key)).ShouldBeProblemAsync(422, "idempotency_key_reused");
        await (await gateway.Client().SendAsync("POST", Api.Import, "{}", key)).ShouldBeAsync(202);
        Assert.NotEqual(first.Text("id"), (await (await client.SendAsync("POST", Api.Import, TaskSilo.Lines("one"))).ShouldBeAsync(202))
            .Text("id"));
    }

    [Fact]
    public async Task Tasks_are_listed_page_by_page_with_who_asked_for_them()
    {
        var tenant = Gateway.NewTenant();
        var started = new List<string>();
        foreach (var subject in (string[])["ann", "bob", "ann"])
        {
            var client = gateway.Client(tenant: tenant, subject: subject);
            var task = await (await client.SendAsync("POST", Api.Tasks, """{"kind":"revalidate"}""")).ShouldBeAsync(202);
            await EndedAsync(client, task.Text("id"));
            started.Insert(0, $"{task.Text("id")} {subject}");
        }
        var reader = gateway.Client("viewer", tenant);
        var first = await reader.GetAsync($"{Api.Tasks}?limit=2", 200);
        var second = await reader.GetAsync($"{Api.Tasks}?limit=2&cursor={first.Text("nextCursor")}", 200);
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
        Assert.Equal(started, first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray())
            .Select(task => $"{task.Text("id")} {task.Text("actor")}"));
        await (await reader.SendAsync("GET", $"{Api.Tasks}?cursor=none")).ShouldBeProblemAsync(400, "invalid_cursor");
    }

    [Fact]
    public async Task Only_an_admin_starts_a_purge()
    {
        var problem = await (await gateway.Client().SendAsync("POST", Api.Tasks, """{"kind":"purge"}"""))
            .ShouldBeProblemAsync(403, "permission_denied");
        Assert.Contains("'agents:purge'", problem.Text("detail"), StringComparison.Ordinal);
        var client = gateway.Client("admin");
        foreach (var kind in (string[])["purge", "revalidate"])
        {
            var task = await (await client.SendAsync("POST", Api.Tasks, $$"""{"kind":"{{kind}}"}""")).ShouldBeAsync(202);
            Assert.Equal((kind, "completed"), await EndedAsync(client, task.Text("id")) is var ended
                ? (ended.Text("kind"), ended.Text("status")) : default);
        }
    }

    [Theory, InlineData("""{"kind":"import"}"""), InlineData("""{"kind":"x"}"""), InlineData("{}"),
        InlineData("""{"kind":"purge","tenant":"x"}""")]
    public async Task What_is_no_kind_is_refused(string body) =>
        await (await gateway.Client("admin").SendAsync("POST", Api.Tasks, body)).ShouldBeProblemAsync(422, "invalid_content");

    [Fact]
    public async Task A_body_of_lines_must_be_one()
    {
        var client = gateway.Client();
        await (await client.SendAsync("POST", Api.Import)).ShouldBeProblemAsync(400, "body_required");
        await (await client.SendAsync("POST", Api.Import, "{}", ("Content-Type", "application/json")))
            .ShouldBeProblemAsync(415, "unsupported_media_type");
        await (await client.SendAsync("POST", Api.Import, "{\0}")).ShouldBeProblemAsync(400, "malformed_json");
        await (await client.SendAsync("POST", Api.Import, new string('\n', 16 * 1024 * 1024 + 1)))
            .ShouldBeProblemAsync(413, "body_too_large");
        await (await client.SendAsync("POST", Api.Import, new string('\n', 100_001))).ShouldBeProblemAsync(422, "invalid_content");
        // More than other bodies may have.
        var large = await (await client.SendAsync("POST", Api.Import, new string(' ', 12 * 1024 * 1024))).ShouldBeAsync(202);
        await EndedAsync(client, large.Text("id"));
    }

    private static async Task<string> ExportAsync(HttpClient client)
    {
        var response = await client.SendAsync("GET", Export);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(200, (int)response.StatusCode);
        return Encoding.UTF8.GetString(bytes);
    }

    private static async Task<JsonElement> ImportAsync(HttpClient client, string lines)
    {
        var task = await (await client.SendAsync("POST", Api.Import, lines)).ShouldBeAsync(202);
        return (await EndedAsync(client, task.Text("id"))).GetProperty("result");
    }

    /// <summary>The task, once it has ended.</summary>
    internal static async Task<JsonElement> EndedAsync(HttpClient client, string taskId)
    {
        await Await.Until(async () => (await client.GetAsync($"{Api.Tasks}/{taskId}", 200))
            .GetProperty("finishedAt").ValueKind != JsonValueKind.Null, "the task has ended");
        return await client.GetAsync($"{Api.Tasks}/{taskId}", 200);
    }

    private static string WithoutStatus(string export) =>
        System.Text.RegularExpressions.Regex.Replace(export, "\"status\":\"[a-z]+\",\"version\":[0-9]+", "");

    private static IEnumerable<int> Counts(JsonElement result, params string[] names) =>
        names.Select(name => result.GetProperty(name).GetInt32());
}
