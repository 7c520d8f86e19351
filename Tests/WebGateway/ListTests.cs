namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class ListTests(Gateway gateway)
{
    [Theory]
    [InlineData("name", "a b c d e")]
    [InlineData("-name", "e d c b a")]
    [InlineData("createdAt", "c a d b e")]
    [InlineData("-updatedAt", "e b d a c")]
    public async Task Pages_follow_each_other_without_gap_or_repetition(string sort, string names)
    {
        var client = gateway.Client();
        foreach (var name in (string[])["c", "a", "d", "b", "e"]) await client.CreateAsync(Api.Content(name));

        var (found, cursor) = (new List<string>(), "");
        do
        {
            var page = await client.GetAsync($"{Api.Agents}?limit=2&sort={sort}{cursor}", 200);
            Assert.Equal(5, page.GetProperty("total").GetInt32());
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("name")));
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null && found.Count < 10);

        Assert.Equal(names, string.Join(' ', found));
    }

    [Theory]
    [InlineData("status=draft", "one two")]
    [InlineData("status=active", "")]
    [InlineData("type=rag", "")]
    [InlineData("tag=x", "one two")]
    [InlineData("tag=x&tag=y", "one")]
    [InlineData("q=TWO", "two")]
    [InlineData("q=%25", "")]
    [InlineData("q=nothing", "")]
    public async Task Filters_narrow_the_list(string filter, string names)
    {
        var client = gateway.Client();
        await client.CreateAsync(Api.Content("one", tags: """["x","y"]"""));
        await client.CreateAsync(Api.Content("two", tags: """["x"]"""));

        var page = await client.GetAsync($"{Api.Agents}?{filter}", 200);

        Assert.Equal(names, string.Join(' ', page.GetProperty("items").EnumerateArray().Select(item => item.Text("name"))));
    }

    [Fact]
    public async Task Agents_are_found_by_their_template_and_by_whether_it_has_gone_on()
    {
        var client = gateway.Client("admin");
        const string template = """{"id":"desk","name":"Desk","type":"rag","config":{}}""";
        await (await client.SendAsync("POST", "/api/v1/templates", template)).ShouldBeAsync(201);
        await (await client.SendAsync("POST", "/api/v1/templates/desk/instantiate", """{"name":"old","id":"old"}""")).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", "/api/v1/templates/desk", template.Replace("rag", "workflow", StringComparison.Ordinal)))
            .ShouldBeAsync(200);
        await (await client.SendAsync("POST", "/api/v1/templates/desk/instantiate", """{"name":"new","id":"new"}""")).ShouldBeAsync(201);
        await (await client.SendAsync("POST", "/api/v1/templates/knowledge_base/instantiate",
            """{"name":"of the system","id":"system","variables":{"collection":"c","organization":"o"}}""")).ShouldBeAsync(201);
        await client.CreateAsync(Api.Content("none", id: "none"));

        Assert.Equal("old new", await ListedAsync("template=desk"));
        Assert.Equal("system", await ListedAsync("template=knowledge_base"));
        Assert.Equal("", await ListedAsync("template=absent"));
        Assert.Equal("old", await ListedAsync("behind=true"));
        Assert.Equal("new system none", await ListedAsync("behind=false"));
        Assert.Equal("new", await ListedAsync("template=desk&behind=false"));
        // Nothing is behind what is gone.
        await (await client.SendAsync("DELETE", "/api/v1/templates/desk?force=true")).ShouldBeAsync(204);
        Assert.Equal("", await ListedAsync("behind=true"));

        async Task<string> ListedAsync(string filter) => string.Join(' ', (await client.GetAsync($"{Api.Agents}?{filter}", 200))
            .GetProperty("items").EnumerateArray().Select(item => item.Text("id")));
    }

    [Fact]
    public async Task An_item_says_who_changed_it_of_what_it_was_made_and_which_model_it_has()
    {
        var tenant = Gateway.NewTenant();
        var client = gateway.Client(tenant: tenant, subject: "ann");
        await client.CreateAsync(Api.Content(id: "bot"));
        await client.CreateAsync("""{"id":"bare","name":"Bare","type":"rag","config":{}}""");
        await (await gateway.Client(tenant: tenant, subject: "bob").SendAsync("POST", $"{Api.Agents}/bot/activate")).ShouldBeAsync(200);
        var items = (await client.GetAsync(Api.Agents, 200)).GetProperty("items");
        Assert.Equal(("bob", "openai/gpt-5-mini", JsonValueKind.Null), (items[0].Text("updatedBy"), items[0].Text("model"),
            items[0].GetProperty("templateId").ValueKind));
        var agent = await client.GetAsync($"{Api.Agents}/bot", 200);
        Assert.Equal(agent.Text("activatedAt"), items[0].Text("activatedAt"));
        Assert.Equal(("ann", JsonValueKind.Null, JsonValueKind.Null), (items[1].Text("updatedBy"), items[1].GetProperty("model").ValueKind,
            items[1].GetProperty("activatedAt").ValueKind));
    }

    [Theory]
    [InlineData("Caf\u00e9"), InlineData("Cafe\u0301"), InlineData("CAF\u00c9")]
    public async Task A_name_and_a_tag_are_found_in_each_of_their_forms_and_come_back_as_they_were(string asked)
    {
        var client = gateway.Client();
        string[] forms = ["Caf\u00e9", "Cafe\u0301"];
        foreach (var form in forms) await client.CreateAsync(Api.Content(form, tags: $"[\"{form}\"]"));
        foreach (var filter in (string[])["q", "tag"])
        {
            var page = await client.GetAsync($"{Api.Agents}?{filter}={Uri.EscapeDataString(asked)}", 200);
            var items = page.GetProperty("items").EnumerateArray().ToList();
            Assert.Equal(forms.Order(StringComparer.Ordinal), items.Select(item => item.Text("name")).Order(StringComparer.Ordinal));
            Assert.All(items, item => Assert.Equal(item.Text("name"), item.GetProperty("tags")[0].GetString()));
        }
        var twice = Api.Content(tags: $"[\"{forms[0]}\",\"{forms[1]}\"]");
        var warned = (await client.CreateAsync(twice)).GetProperty("warnings").EnumerateArray();
        Assert.Contains(("duplicate", "/tags/1"), warned.Select(warning => (warning.Text("code"), warning.Text("pointer"))));
    }

    [Fact]
    public async Task A_walk_in_the_default_order_has_each_agent_once_whatever_they_are_called_meanwhile()
    {
        var client = gateway.Client();
        for (var number = 0; number < 5; number++) await client.CreateAsync(Api.Content($"m{number}", id: $"bot-{number}"));
        var (found, cursor) = (new List<string>(), "");
        for (var page = 0; cursor is not null; page++)
        {
            var read = await client.GetAsync($"{Api.Agents}?limit=2{cursor}", 200);
            found.AddRange(read.GetProperty("items").EnumerateArray().Select(item => item.Text("id")));
            cursor = read.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : null;
            // One that came goes behind all others, one that is to come before them.
            await (await client.SendAsync("PATCH", $"{Api.Agents}/bot-{page}", """{"name":"zz"}""")).ShouldBeAsync(200);
            await (await client.SendAsync("PATCH", $"{Api.Agents}/bot-{4 - page}", """{"name":"aa"}""")).ShouldBeAsync(200);
        }
        Assert.Equal(["bot-0", "bot-1", "bot-2", "bot-3", "bot-4"], found);
    }

    [Fact]
    public async Task Items_are_summaries()
    {
        var client = gateway.Client();
        await client.CreateAsync();
        var item = (await client.GetAsync(Api.Agents, 200)).GetProperty("items")[0];
        Assert.Equal(
            ["id", "name", "description", "type", "status", "version", "tags", "createdAt", "updatedAt", "degraded", "updatedBy",
                "activatedAt", "templateId", "templateVersion", "model"],
            item.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("agents?limit=0", "limit")]
    [InlineData("agents?limit=201", "limit")]
    [InlineData("agents?limit=ten", "limit")]
    [InlineData("agents?limit=1&limit=2", "limit")]
    [InlineData("agents?status=open", "status")]
    [InlineData("agents?type=robot", "type")]
    [InlineData("agents?sort=id", "sort")]
    [InlineData("agents?sort=--name", "sort")]
    [InlineData("agents?q=", "q")]
    [InlineData("agents?q=a%00b", "q")]
    [InlineData("agents?tag=", "tag")]
    [InlineData("audit?from=yesterday", "from")]
    [InlineData("audit?to=2026-01-31", "to")]
    [InlineData("audit?kind=agent_exploded", "kind")]
    [InlineData("audit?actor=%0d%0a", "actor")]
    [InlineData("agents/absent/versions?limit=1000", "limit")]
    public async Task A_parameter_that_cannot_be_used_is_refused_by_name(string path, string name)
    {
        var problem = await (await gateway.Client().SendAsync("GET", $"/api/v1/{path}")).ShouldBeProblemAsync(400, "invalid_parameter");
        Assert.Contains($"'{name}'", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agents?stauts=active", "stauts")]
    [InlineData("agents?Status=active", "Status")]
    [InlineData("agents/absent?version=1", "version")]
    [InlineData("tenant?id=other", "id")]
    public async Task A_parameter_that_is_not_known_is_refused_by_name(string path, string name)
    {
        var problem = await (await gateway.Client().SendAsync("GET", $"/api/v1/{path}")).ShouldBeProblemAsync(400, "unknown_parameter");
        Assert.Contains($"'{name}'", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agents?cursor=x")]
    [InlineData("agents?cursor=bm90IGpzb24")]
    [InlineData("audit?cursor=x")]
    public async Task A_cursor_that_is_none_is_refused(string path) =>
        await (await gateway.Client().SendAsync("GET", $"/api/v1/{path}")).ShouldBeProblemAsync(400, "invalid_cursor");

    [Fact]
    public async Task A_cursor_of_another_order_is_refused()
    {
        var client = gateway.Client();
        await client.CreateAsync();
        await client.CreateAsync();
        var cursor = (await client.GetAsync($"{Api.Agents}?limit=1", 200)).Text("nextCursor");
        await (await client.SendAsync("GET", $"{Api.Agents}?limit=1&sort=-name&cursor={cursor}"))
            .ShouldBeProblemAsync(400, "invalid_cursor");
    }

    [Fact]
    public async Task Versions_have_pages()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        await client.SendAsync("POST", $"{path}/activate");
        var first = await client.GetAsync($"{path}/versions?limit=1", 200);
        var second = await client.GetAsync($"{path}/versions?limit=1&cursor={first.Text("nextCursor")}", 200);
        Assert.Equal(1, second.GetProperty("items")[0].GetProperty("version").GetInt32());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
    }
}
