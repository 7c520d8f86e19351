namespace AgentManagement.Tests.WebGateway;

/// <summary>What was read may be sent back.</summary>
[Collection(typeof(GatewayTests))]
public sealed class ReadThenWriteTests(Gateway gateway)
{
    private const string Template = """
        {"name":"House","type":"rag","variables":{"who":{"type":"string"}},"config":{"instructions":{"template":"Hi {{who}}."}}}
        """;

    [Fact]
    public async Task An_agent_that_was_read_can_be_put_back_and_nothing_changes()
    {
        var client = gateway.Client("admin");
        await (await client.SendAsync("PUT", "/api/v1/templates/house", Template)).ShouldBeAsync(201);
        await (await client.SendAsync("POST", "/api/v1/templates/house/instantiate",
            """{"id":"made","name":"Made","variables":{"who":"Ann"}}""")).ShouldBeAsync(201);
        var plain = await client.CreatePathAsync();
        await (await client.SendAsync("POST", $"{plain}/activate")).ShouldBeAsync(200);
        foreach (var path in (string[])[plain, $"{Api.Agents}/made"])
        {
            var read = await client.GetAsync(path, 200);
            var written = await (await client.SendAsync("PUT", path, read.GetRawText())).ShouldBeAsync(200);
            Assert.Equal(read.GetProperty("version").GetInt32(), written.GetProperty("version").GetInt32());
            // An edit of the content is one, also with all of the rest beside it.
            var edit = JsonNode.Parse(read.GetRawText())!;
            edit["name"] = "Edited";
            var edited = await (await client.SendAsync("PUT", path, edit.ToJsonString())).ShouldBeAsync(200);
            Assert.Equal(("Edited", read.Text("status")), (edited.Text("name"), edited.Text("status")));
            // What a write answers can be sent back as well, warnings and all.
            await (await client.SendAsync("PUT", path, edited.GetRawText())).ShouldBeAsync(200);
        }
    }

    [Theory]
    [InlineData("status", "\"archived\""), InlineData("status", "null"), InlineData("version", "9"), InlineData("createdBy", "\"x\"")]
    [InlineData("updatedAt", "\"2020-01-01T00:00:00Z\""), InlineData("degraded", "[\"search\"]"), InlineData("templateId", "\"house\"")]
    [InlineData("activatedAt", "null"), InlineData("clonedFrom", "{}")]
    public async Task What_the_service_sets_cannot_be_changed(string member, string value)
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        var body = JsonNode.Parse((await client.GetAsync(path, 200)).GetRawText())!;
        body[member] = JsonNode.Parse(value);
        var refused = await (await client.SendAsync("PUT", path, body.ToJsonString())).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal([("read_only", $"/{member}")], refused.Errors());
        refused = await (await client.SendAsync("PATCH", path, $"{{\"{member}\":{value}}}")).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal([("read_only", $"/{member}")], refused.Errors());
        Assert.Equal(2, (await client.GetAsync(path, 200)).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_version_that_is_outdated_is_not_put_back_unseen()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        var read = await client.GetAsync(path, 200);
        await (await client.SendAsync("PATCH", path, """{"description":"Of somebody else."}""")).ShouldBeAsync(200);
        var refused = await (await client.SendAsync("PUT", path, read.GetRawText())).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Contains(("read_only", "/version"), refused.Errors());
        // Merged, it is compared with the version that was edited.
        await (await client.SendAsync("PUT", path, read.GetRawText(), ("If-Match", "\"1\""), ("Prefer", "merge=fields")))
            .ShouldBeAsync(200);
    }

    [Fact]
    public async Task A_new_agent_has_nothing_to_say_of_what_the_service_sets()
    {
        var client = gateway.Client();
        var body = JsonNode.Parse(Api.Content())!;
        body["status"] = "active";
        var refused = await (await client.SendAsync("POST", Api.Agents, body.ToJsonString())).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal([("read_only", "/status")], refused.Errors());
        // Of which agent it is to be the content is not known here.
        Assert.True((await (await client.SendAsync("POST", $"{Api.Agents}/validate", body.ToJsonString())).ShouldBeAsync(200))
            .GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task A_template_that_was_read_can_be_put_back()
    {
        var client = gateway.Client("admin");
        const string Path = "/api/v1/templates/house";
        await (await client.SendAsync("PUT", Path, Template)).ShouldBeAsync(201);
        var read = await client.GetAsync(Path, 200);
        var written = await (await client.SendAsync("PUT", Path, read.GetRawText())).ShouldBeAsync(200);
        Assert.Equal(1, written.GetProperty("version").GetInt32());
        var body = JsonNode.Parse(read.GetRawText())!;
        body["scope"] = "system";
        var refused = await (await client.SendAsync("PUT", Path, body.ToJsonString())).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal([("read_only", "/scope")], refused.Errors());
    }

    [Fact]
    public async Task An_agent_that_was_read_can_be_imported_by_another_tenant()
    {
        var (from, to) = (gateway.Client(), gateway.Client());
        var read = await from.GetAsync(await from.CreatePathAsync(Api.Content(id: "bot")), 200);
        var task = (await (await to.SendAsync("POST", Api.Import, $"{read.GetRawText()}\n")).ShouldBeAsync(202)).Text("id");
        await Await.Until(async () => (await to.GetAsync($"{Api.Tasks}/{task}", 200)).Text("status") == "completed", "the import ends");
        Assert.Equal("draft", (await to.GetAsync($"{Api.Agents}/bot", 200)).Text("status"));
    }
}
