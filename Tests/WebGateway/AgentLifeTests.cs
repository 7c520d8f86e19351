namespace AgentManagement.Tests.WebGateway;

/// <summary>What each route answers when all is well.</summary>
[Collection(typeof(GatewayTests))]
public sealed class AgentLifeTests(Gateway gateway)
{
    [Fact]
    public async Task Creating_answers_with_the_agent_and_where_it_is()
    {
        var response = await gateway.Client(subject: "ann").SendAsync("POST", Api.Agents, Api.Content(id: "bot"));

        var agent = await response.ShouldBeAsync(201);
        Assert.Equal("/api/v1/agents/bot", response.Headers.Location?.ToString());
        Assert.Equal("\"1\"", response.Headers.ETag?.ToString());
        Assert.Equal(
            ["id", "name", "description", "type", "status", "version", "config", "tags", "metadata", "createdAt", "createdBy", "updatedAt",
                "updatedBy", "activatedAt", "archivedAt", "clonedFrom", "degraded",
                "templateId", "templateVersion", "templateVariables", "templateCustomizations"],
            agent.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("bot", "draft", "ann", 1), (
            agent.Text("id"), agent.Text("status"), agent.Text("createdBy"), agent.GetProperty("version").GetInt32()));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", agent.Text("createdAt"));
    }

    [Fact]
    public async Task The_server_makes_an_id_where_the_client_gives_none() =>
        Assert.StartsWith("support-bot-", (await gateway.Client().CreateAsync()).Text("id"), StringComparison.Ordinal);

    [Fact]
    public async Task Reading_answers_what_creating_did()
    {
        var client = gateway.Client();
        var created = await client.CreateAsync(Api.Content(id: "bot"));
        Assert.Equal(created.GetRawText(), (await client.GetAsync($"{Api.Agents}/bot", 200)).GetRawText());
    }

    [Fact]
    public async Task Putting_makes_an_agent_and_then_replaces_it()
    {
        var client = gateway.Client();
        var made = await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content("One"));
        await made.ShouldBeAsync(201);
        Assert.Equal("/api/v1/agents/bot", made.Headers.Location?.ToString());

        var replaced = await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content("Two"));
        Assert.Equal("Two", (await replaced.ShouldBeAsync(200)).Text("name"));
        Assert.Equal("\"2\"", replaced.Headers.ETag?.ToString());
    }

    [Fact]
    public async Task Putting_what_is_there_makes_no_version()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        Assert.Equal("\"1\"", (await client.SendAsync("PUT", path, Api.Content())).Headers.ETag?.ToString());
        Assert.Single((await client.GetAsync($"{path}/versions", 200)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Activating_and_deactivating_answer_with_the_agent()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();

        var active = await client.SendAsync("POST", $"{path}/activate", """{"reason":"Launch"}""");
        Assert.Equal("active", (await active.ShouldBeAsync(200)).Text("status"));
        Assert.Equal("\"2\"", active.Headers.ETag?.ToString());
        var inactive = await (await client.SendAsync("POST", $"{path}/deactivate")).ShouldBeAsync(200);
        Assert.Equal(("inactive", JsonValueKind.Null), (inactive.Text("status"), inactive.GetProperty("activatedAt").ValueKind));
    }

    [Fact]
    public async Task Deleting_archives_and_restoring_brings_back()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();

        await (await client.SendAsync("DELETE", path)).ShouldBeAsync(204);
        Assert.Equal(0, (await client.GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());
        Assert.Equal(1, (await client.GetAsync($"{Api.Agents}?status=archived", 200)).GetProperty("total").GetInt32());
        Assert.Equal("draft", (await (await client.SendAsync("POST", $"{path}/restore")).ShouldBeAsync(200)).Text("status"));
    }

    [Fact]
    public async Task Purging_removes_the_configuration_and_keeps_the_log()
    {
        var client = gateway.Client("admin", subject: "root");
        var path = await client.CreatePathAsync();

        await (await client.SendAsync("DELETE", $"{path}?purge=true")).ShouldBeProblemAsync(409, "illegal_transition");
        await (await client.SendAsync("DELETE", path)).ShouldBeAsync(204);
        await (await client.SendAsync("DELETE", $"{path}?purge=true")).ShouldBeAsync(204);

        await client.GetAsync(path, 404);
        await client.GetAsync($"{path}/versions/1", 404);
        var last = (await client.GetAsync("/api/v1/audit", 200)).GetProperty("items")[0];
        Assert.Equal(("agent_purged", "root"), (last.Text("kind"), last.Text("actor")));
    }

    [Fact]
    public async Task Cloning_makes_a_draft_that_names_its_source()
    {
        var client = gateway.Client();
        await client.CreateAsync(Api.Content(id: "bot"));

        var response = await client.SendAsync("POST", $"{Api.Agents}/bot/clone", """{"id":"bot-2","name":"Second"}""");

        var clone = await response.ShouldBeAsync(201);
        Assert.Equal("/api/v1/agents/bot-2", response.Headers.Location?.ToString());
        Assert.Equal(("bot", "Second", "draft"), (clone.Text("clonedFrom"), clone.Text("name"), clone.Text("status")));
    }

    [Fact]
    public async Task Rolling_back_makes_a_new_version_of_the_old_content()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync(Api.Content("One"));
        await (await client.SendAsync("PUT", path, Api.Content("Two"))).ShouldBeAsync(200);

        var back = await (await client.SendAsync("POST", $"{path}/rollback", """{"toVersion":1,"note":"Oops"}""")).ShouldBeAsync(200);

        Assert.Equal(("One", 3), (back.Text("name"), back.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Versions_are_listed_read_and_compared()
    {
        var client = gateway.Client(subject: "ann");
        var path = await client.CreatePathAsync(Api.Content("One"));
        await (await client.SendAsync("PATCH", path, """{"name":"Two","description":"New"}""")).ShouldBeAsync(200);

        var versions = (await client.GetAsync($"{path}/versions", 200)).GetProperty("items");
        Assert.Equal([2, 1], versions.EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
        Assert.Equal(("agent_updated", "ann"), (versions[0].Text("kind"), versions[0].Text("actor")));
        Assert.Equal("One", (await client.GetAsync($"{path}/versions/1", 200)).Text("name"));
        var diff = await client.GetAsync($"{path}/versions/1/diff/2", 200);
        Assert.Contains(
            """{"op":"replace","path":"/name","label":"name","from":"One","to":"Two"}""", diff.GetRawText(), StringComparison.Ordinal);
        var text = await client.SendAsync("GET", $"{path}/versions/1/diff/2", null, ("Accept", "text/plain"));
        Assert.Equal("text/plain; charset=utf-8", text.Content.Headers.ContentType?.ToString());
        Assert.Equal("~ name: \"One\" → \"Two\"\n+ description: \"New\"\n", await text.Content.ReadAsStringAsync());
        await (await client.SendAsync("GET", $"{path}/versions/1/diff/9", null, ("Accept", "text/plain")))
            .ShouldBeProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Validating_tells_everything_and_keeps_nothing()
    {
        var client = gateway.Client("viewer");
        var good = await (await client.SendAsync("POST", $"{Api.Agents}/validate", Api.Content())).ShouldBeAsync(200);
        var bad = await (await client.SendAsync("POST", $"{Api.Agents}/validate", """{"name":"","type":"robot","config":{},"x":1}"""))
            .ShouldBeAsync(200);

        Assert.True(good.GetProperty("valid").GetBoolean());
        Assert.False(bad.GetProperty("valid").GetBoolean());
        Assert.Equal(["/name", "/type", "/x"], bad.GetProperty("issues").EnumerateArray().Select(issue => issue.Text("pointer")).Order());
        Assert.All(bad.GetProperty("issues").EnumerateArray(), issue => Assert.Equal("error", issue.Text("severity")));
        Assert.Equal(0, (await client.GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_tenant_is_told_with_limits_and_use()
    {
        var client = gateway.Client(tier: "professional");
        await client.CreateAsync();

        var tenant = await client.GetAsync("/api/v1/tenant", 200);

        Assert.Equal("professional", tenant.Text("tier"));
        Assert.Equal(20, tenant.GetProperty("limits").GetProperty("agents").GetInt32());
        Assert.Equal((1, 1), (tenant.GetProperty("usage").GetProperty("agents").GetInt32(), tenant.GetProperty("revision").GetInt32()));
    }
}
