namespace AgentManagement.Tests.WebGateway;

/// <summary>Every write takes a note, which the history and the log show.</summary>
[Collection(typeof(GatewayTests))]
public sealed class NoteTests(Gateway gateway)
{
    [Fact]
    public async Task A_note_of_any_write_is_in_the_history_and_in_the_log_and_never_in_the_agent()
    {
        var client = gateway.Client("admin");
        await client.CreateAsync(Noted(Api.Content(id: "bot"), "made"));
        await WriteAsync("PUT", "", Noted(Api.Content("Other"), "replaced"));
        await WriteAsync("PATCH", "", """{"name":"Third","note":"patched"}""");
        await WriteAsync("POST", "/activate", """{"note":"live","reason":"other"}""");
        await WriteAsync("POST", "/deactivate", """{"reason":"quiet"}""");
        await WriteAsync("POST", "/rollback", """{"toVersion":1,"note":"back"}""");
        await (await client.SendAsync("DELETE", $"{Api.Agents}/bot?note=gone")).ShouldBeAsync(204);
        await WriteAsync("POST", "/restore", """{"note":"again"}""");
        var versions = (await client.GetAsync($"{Api.Agents}/bot/versions", 200)).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            "again gone back quiet live patched replaced made", string.Join(' ', versions.Select(version => version.Text("note"))));
        await (await client.SendAsync("POST", $"{Api.Agents}/bot/clone", """{"name":"Copy","id":"copy","note":"copied"}""")).ShouldBeAsync(201);
        await (await client.SendAsync("DELETE", $"{Api.Agents}/bot?note=gone")).ShouldBeAsync(204);
        await (await client.SendAsync("DELETE", $"{Api.Agents}/bot?purge=true&note=erased")).ShouldBeAsync(204);
        var log = (await client.GetAsync("/api/v1/audit?limit=3", 200)).GetProperty("items").EnumerateArray();
        Assert.Equal("erased gone copied", string.Join(' ', log.Select(change => change.Text("note"))));
        Assert.False((await client.GetAsync($"{Api.Agents}/copy", 200)).TryGetProperty("note", out _));

        async Task WriteAsync(string method, string path, string body) =>
            await (await client.SendAsync(method, $"{Api.Agents}/bot{path}", body)).ShouldBeAsync(200);
    }

    [Fact]
    public async Task A_template_and_what_is_made_of_it_have_notes()
    {
        var client = gateway.Client("admin");
        const string content = """{"id":"desk","name":"Desk","type":"rag","config":{},"note":"first"}""";
        await (await client.SendAsync("POST", "/api/v1/templates", content)).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", "/api/v1/templates/desk", content.Replace("\"Desk\"", "\"D\"").Replace("first", "second")))
            .ShouldBeAsync(200);
        Assert.Equal(["second", "first"], (await client.GetAsync("/api/v1/templates/desk/versions", 200)).GetProperty("items")
            .EnumerateArray().Select(version => version.Text("note")));
        await (await client.SendAsync("POST", "/api/v1/templates/desk/instantiate", """{"name":"A","id":"a","note":"of it"}"""))
            .ShouldBeAsync(201);
        Assert.Equal("of it", (await client.GetAsync($"{Api.Agents}/a/versions", 200)).GetProperty("items")[0].Text("note"));
        await (await client.SendAsync("DELETE", "/api/v1/templates/desk?force=true&note=last")).ShouldBeAsync(204);
        Assert.Equal("last", (await client.GetAsync("/api/v1/audit?limit=1", 200)).GetProperty("items")[0].Text("note"));
    }

    [Fact]
    public async Task A_note_is_no_edit_and_has_a_bound()
    {
        var client = gateway.Client();
        await client.CreateAsync(Api.Content(id: "bot"));
        var same = await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Noted(Api.Content(), "again"))).ShouldBeAsync(200);
        Assert.Equal(1, same.GetProperty("version").GetInt32());
        var problem = await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Noted(Api.Content(), new('x', 501))))
            .ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal("/note", Assert.Single(problem.Errors()).Item2);
        await (await client.SendAsync("DELETE", $"{Api.Agents}/bot?note={new string('x', 501)}"))
            .ShouldBeProblemAsync(400, "invalid_parameter");
    }

    [Fact]
    public async Task The_history_says_what_each_change_changed()
    {
        var client = gateway.Client();
        await client.CreateAsync(Api.Content(id: "bot"));
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content("Other", text: "New."))).ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{Api.Agents}/bot/activate")).ShouldBeAsync(200);
        var versions = (await client.GetAsync($"{Api.Agents}/bot/versions", 200)).GetProperty("items").EnumerateArray();
        Assert.Equal(["/status", "/name /config/instructions", ""], versions.Select(version =>
            string.Join(' ', version.GetProperty("fields").EnumerateArray().Select(field => field.GetString()))));
    }

    private static string Noted(string content, string note) => content[..^1] + $",\"note\":\"{note}\"}}";
}
