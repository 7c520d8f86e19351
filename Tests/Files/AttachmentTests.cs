using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Files;

/// <summary>Attachments must exist: a draft is warned, a live agent refused, on every way in.</summary>
[Collection(typeof(GatewayTests))]
public sealed class AttachmentTests(Gateway gateway)
{
    private static readonly (string, string) Missing = ("attachment_missing", "/config/attachments/0/blobRef");

    [Fact]
    public async Task A_draft_is_warned_of_what_a_live_agent_is_refused_for()
    {
        var (client, bytes) = (gateway.Client(), FileClient.NewBytes());
        var id = FileClient.IdOf(bytes);
        var made = await client.CreateAsync(FileClient.Content(id));
        Assert.Equal([Missing], Pairs(made.GetProperty("warnings")));
        var path = $"{Api.Agents}/{made.Text("id")}";
        Assert.Equal([Missing], (await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeProblemAsync(422, "invalid_content"))
            .Errors());

        // Another tenant's is none.
        await gateway.Client().AddAsync(bytes);
        Assert.Equal([Missing], (await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeProblemAsync(422, "invalid_content"))
            .Errors());
        await client.AddAsync(bytes);
        Assert.False((await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200)).TryGetProperty("warnings", out _));
        var other = FileClient.Content(FileClient.IdOf([1]));
        Assert.Equal([Missing], (await (await client.SendAsync("PUT", path, other)).ShouldBeProblemAsync(422, "invalid_content")).Errors());
        Assert.Equal([Missing],
            (await (await client.SendAsync("PATCH", path,
            $$$"""{"config":{"attachments":[{{{FileClient.Attach(FileClient.IdOf([1]))}}}]}}"""))
            .ShouldBeProblemAsync(422, "invalid_content")).Errors());
    }

    [Fact]
    public async Task Every_way_in_is_checked()
    {
        var client = gateway.Client("admin");
        var id = (await client.AddAsync(FileClient.NewBytes())).Text("id");
        var (bad, good) = (FileClient.Content(FileClient.IdOf([2])), FileClient.Content(id));

        var validation = await (await client.SendAsync("POST", $"{Api.Agents}/validate", bad)).ShouldBeAsync(200);
        Assert.Contains(Missing, Pairs(validation.GetProperty("issues")));

        var template =
            $$$"""{"id":"desk","name":"Desk","type":"rag","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},"attachments":[{{{FileClient.Attach(FileClient.IdOf([2]))}}}]}}""";
        await (await client.SendAsync("POST", "/api/v1/templates", template)).ShouldBeAsync(201);
        var derived = await (await client.SendAsync("POST", "/api/v1/templates/desk/instantiate", """{"name":"New"}""")).ShouldBeAsync(201);
        Assert.Equal([Missing], Pairs(derived.GetProperty("warnings")));
        var clone = await (await client.SendAsync("POST", $"{Api.Agents}/{derived.Text("id")}/clone", """{"name":"Copy"}"""))
            .ShouldBeAsync(201);
        Assert.Equal([Missing], Pairs(clone.GetProperty("warnings")));

        var path = await client.CreatePathAsync(bad);
        await (await client.SendAsync("PUT", path, good)).ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        Assert.Equal([Missing], (await (await client.SendAsync("POST", $"{path}/rollback", """{"toVersion":1}"""))
            .ShouldBeProblemAsync(422, "invalid_content")).Errors());
        var line = bad.Replace("{\"name\":", $"{{\"id\":\"{path.Split('/')[^1]}\",\"name\":", StringComparison.Ordinal);
        Assert.Equal("attachment_missing", (await RunAsync(client, "POST", Api.Import, line)).GetProperty("failed")[0].Text("code"));

        Assert.Equal(0, (await RunAsync(client, "POST", Api.Tasks, """{"kind":"revalidate"}""")).GetProperty("invalidCount").GetInt32());
    }

    [Fact]
    public async Task What_is_said_of_a_file_must_be_so()
    {
        var client = gateway.Client();
        var file = await client.AddAsync(FileClient.NewBytes());
        var attachment =
            $$"""{"blobRef":"{{file.Text("blobRef")}}","sha256":"{{new string('0', 64)}}","size":7,"mediaType":"text/plain"}""";
        var made = await client.CreateAsync(FileClient.Content()
            .Replace("\"attachments\":[]", $"\"attachments\":[{attachment}]", StringComparison.Ordinal));
        Assert.Equal(
            [("attachment_differs", "/config/attachments/0/sha256"), ("attachment_differs", "/config/attachments/0/size"),
                ("attachment_differs", "/config/attachments/0/mediaType")],
            Pairs(made.GetProperty("warnings")));
        await (await client.SendAsync("POST", $"{Api.Agents}/{made.Text("id")}/activate")).ShouldBeProblemAsync(422, "invalid_content");
        var elsewhere = await client.CreateAsync(FileClient.Content()
            .Replace("\"attachments\":[]", "\"attachments\":[{\"blobRef\":\"blob://other/x\"}]", StringComparison.Ordinal));
        Assert.Equal([("attachment_not_checked", "/config/attachments/0/blobRef")], Pairs(elsewhere.GetProperty("warnings")));
        await (await client.SendAsync("POST", $"{Api.Agents}/{elsewhere.Text("id")}/activate")).ShouldBeAsync(200);
    }

    [Fact]
    public async Task An_export_brings_its_files_along()
    {
        var (client, other, bytes) = (gateway.Client("admin"), gateway.Client("admin"), FileClient.NewBytes(1024 * 1024));
        var large = FileClient.NewBytes((1024 * 1024) + 1);
        await client.AddAsync(bytes, "Größe.pdf");
        await client.AddAsync(large, "large.pdf");
        await client.CreateAsync(FileClient.Content(FileClient.IdOf(bytes), FileClient.IdOf(large)));
        var export = await (await client.SendAsync("GET", "/api/v1/export")).Content.ReadAsStringAsync();
        var lines = export.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);

        var moved = await RunAsync(other, "POST", Api.Import, export);
        Assert.Equal((1, 1, 1), (moved.GetProperty("filesAdded").GetInt32(), moved.GetProperty("created").GetInt32(),
            moved.GetProperty("failedCount").GetInt32()));
        Assert.Equal("file_content_missing", moved.GetProperty("failed")[0].Text("code"));
        Assert.Equal(bytes, await other.DownloadAsync(FileClient.IdOf(bytes)));
        Assert.Equal("Größe.pdf", (await other.GetAsync($"{FileClient.Files}/{FileClient.IdOf(bytes)}", 200)).Text("name"));

        await other.AddAsync(large);
        var again = await RunAsync(other, "POST", Api.Import, export);
        Assert.Equal((0, 3, 0), (again.GetProperty("filesAdded").GetInt32(), again.GetProperty("unchanged").GetInt32(),
            again.GetProperty("failedCount").GetInt32()));
    }

    [Theory]
    [InlineData("""{"file":{"id":"x","name":"a","mediaType":"a/b"},"content":"AA=="}""", "invalid_id")]
    [InlineData("""{"file":{"id":"{id}","name":"a","mediaType":"a/b"},"content":"AA=="}""", "digest_mismatch")]
    [InlineData("""{"file":{"id":"{id}","name":"a","mediaType":"a/b"},"content":7}""", "digest_mismatch")]
    [InlineData("""{"file":{"id":"{id}","name":"../a","mediaType":"a/b"},"content":"AQ=="}""", "invalid_name")]
    [InlineData("""{"file":{"id":"{id}","name":"a","mediaType":"zip/zip"},"content":"AQ=="}""", "file_type")]
    [InlineData("""{"file":7}""", "invalid_id")]
    [InlineData("""{"file":{},""", "malformed_json")]
    public async Task A_line_that_is_no_file_is_refused_and_stops_no_other(string line, string code)
    {
        var client = gateway.Client("admin", tier: "free");
        var result = await RunAsync(client, "POST", Api.Import, line.Replace("{id}", FileClient.IdOf([1]), StringComparison.Ordinal)
            .Replace("a/b", "text/plain", StringComparison.Ordinal) + "\n" + Api.Content(id: "bot"));
        Assert.Equal((1, code), (result.GetProperty("created").GetInt32(), result.GetProperty("failed")[0].Text("code")));
        Assert.Empty((await client.GetAsync(FileClient.Files, 200)).GetProperty("items").EnumerateArray());
    }

    private static async Task<JsonElement> RunAsync(HttpClient client, string method, string path, string body)
    {
        var task = await (await client.SendAsync(method, path, body)).ShouldBeAsync(202);
        JsonElement ended = default;
        await Await.Until(async () =>
        {
            ended = await client.GetAsync($"{Api.Tasks}/{task.Text("id")}", 200);
            return ended.Text("status") is "completed" or "failed";
        }, "the task has ended");
        Assert.Equal("completed", ended.Text("status"));
        return ended.GetProperty("result");
    }

    private static IEnumerable<(string, string)> Pairs(JsonElement issues) => issues.EnumerateArray()
        .Select(issue => (issue.Text("code"), issue.Text("pointer")));
}
