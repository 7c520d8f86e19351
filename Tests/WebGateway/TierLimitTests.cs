namespace AgentManagement.Tests.WebGateway;

/// <summary>Each limit of one agent's content, at it and one over it, by every way in which content comes to an agent.</summary>
[Collection(typeof(GatewayTests))]
public sealed class TierLimitTests(Gateway gateway)
{
    // Small figures, so that contents stay small; see TierRulesTests for those of the tiers.
    private const string Limits =
        """{"tools":3,"mcpServers":2,"collections":2,"instructionCharacters":30,"models":["openai/gpt-5-mini"],"templates":5}""";
    private const string Lifted = """{"models":["*"]}""";

    public static TheoryData<string, string, string> Cases => new()
    {
        { "tools", "/config/tools", "allows 3 tools" },
        { "mcpServers", "/config/mcpServers", "allows 2 MCP servers" },
        { "collections", "/config/knowledge/collections", "allows 2 collections" },
        { "instructions", "/config/instructions/template", "allows 30 characters" },
        { "models", "/config/model/fallbacks/0/id", "does not include this model" },
    };

    [Theory, MemberData(nameof(Cases))]
    public async Task At_the_limit_it_is_accepted_and_one_over_it_refused_with_its_figure_by_every_way_in(
        string limit, string pointer, string figure)
    {
        var tenant = Gateway.NewTenant();
        await SetAsync(tenant, Limits);
        var client = gateway.Client("admin", tenant);
        var (at, over) = (Config(limit, 0), Config(limit, 1));

        // At the limit, by every way.
        await (await client.SendAsync("POST", Api.Agents, Body("bot", at))).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Body(null, at, "Other"))).ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{Api.Agents}/bot/activate")).ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{Api.Agents}/bot/clone", """{"name":"Copy"}""")).ShouldBeAsync(201);
        await (await client.SendAsync("POST", $"{Api.Agents}/bot/rollback", """{"toVersion":1}""")).ShouldBeAsync(200);
        await (await client.SendAsync("PUT", "/api/v1/templates/desk", Template(at))).ShouldBeAsync(201);
        await (await client.SendAsync("POST", "/api/v1/templates/desk/instantiate", """{"name":"Made"}""")).ShouldBeAsync(201);
        Assert.Equal(0, await ImportFailuresAsync(client, Body("imported", at)));

        // One over it, in new content.
        await RefusedAsync(client, "POST", Api.Agents, Body("over", over));
        await RefusedAsync(client, "PUT", $"{Api.Agents}/over", Body(null, over));
        await RefusedAsync(client, "PUT", $"{Api.Agents}/bot", Body(null, over));
        await RefusedAsync(client, "PATCH", $"{Api.Agents}/bot", $$"""{"config":{{over}}}""");
        await RefusedAsync(client, "PUT", "/api/v1/templates/desk", Template(over));
        Assert.Equal(1, await ImportFailuresAsync(client, Body("over", over)));
        await (await client.SendAsync("GET", $"{Api.Agents}/over")).ShouldBeAsync(404);

        // One over it, in content that came in while the limit was higher.
        await SetAsync(tenant, Lifted);
        await (await client.SendAsync("POST", Api.Agents, Body("big", over))).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", $"{Api.Agents}/big", Body(null, at))).ShouldBeAsync(200);
        await (await client.SendAsync("POST", Api.Agents, Body("draft", over))).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", "/api/v1/templates/large", Template(over))).ShouldBeAsync(201);
        await SetAsync(tenant, Limits);
        await RefusedAsync(client, "POST", $"{Api.Agents}/big/rollback", """{"toVersion":1}""");
        await RefusedAsync(client, "POST", $"{Api.Agents}/draft/activate", null);
        await RefusedAsync(client, "POST", $"{Api.Agents}/draft/clone", """{"name":"Copy"}""");
        await RefusedAsync(client, "POST", "/api/v1/templates/large/instantiate", """{"name":"Made"}""");
        // It is there and can be put away and brought back; only what would use it is refused.
        await (await client.SendAsync("DELETE", $"{Api.Agents}/draft")).ShouldBeAsync(204);
        await (await client.SendAsync("POST", $"{Api.Agents}/draft/restore")).ShouldBeAsync(200);

        async Task RefusedAsync(HttpClient caller, string method, string path, string? body)
        {
            var problem = await (await caller.SendAsync(method, path, body)).ShouldBeProblemAsync(422, "invalid_content");
            var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
            Assert.Equal((limit == "models" ? "tier_model" : "tier_limit", pointer), (error.Text("code"), error.Text("pointer")));
            Assert.Contains(figure, error.Text("message"), StringComparison.Ordinal);
        }
    }

    private static string Config(string limit, int more)
    {
        var (tools, servers, collections, characters) = (3, 2, 2, 30);
        var fallbacks = "";
        if (limit == "tools") tools += more;
        if (limit == "mcpServers") servers += more;
        if (limit == "collections") collections += more;
        if (limit == "instructions") characters += more;
        if (limit == "models" && more > 0) fallbacks = """, "fallbacks":[{"provider":"openai","id":"gpt-5"}] """;
        return JsonSerializer.Serialize(new
        {
            instructions = new { template = string.Concat(Enumerable.Repeat("😀", characters)) },
            tools = Enumerable.Range(0, tools).Select(number => new { id = $"tool-{number}" }),
            mcpServers = Enumerable.Range(0, servers)
                .Select(number => new { name = $"server-{number}", url = $"https://mcp{number}.example.com/" }),
            knowledge = new { collections = Enumerable.Range(0, collections).Select(number => $"collection-{number}") },
        }).Insert(1, $$"""
            "model":{"provider":"openai","id":"gpt-5-mini"{{fallbacks}}},
            """);
    }

    private static string Body(string? id, string config, string name = "Bot") =>
        "{" + (id is null ? "" : $"\"id\":\"{id}\",") + $"\"name\":\"{name}\",\"type\":\"rag\",\"config\":{config}}}";

    private static string Template(string config) => $"{{\"name\":\"Template\",\"type\":\"rag\",\"config\":{config}}}";

    private static async Task<int> ImportFailuresAsync(HttpClient client, string line)
    {
        var started = await (await client.SendAsync("POST", Api.Import, line.ReplaceLineEndings(" ") + "\n")).ShouldBeAsync(202);
        JsonElement task = default;
        await Await.Until(async () => (task = await client.GetAsync($"{Api.Tasks}/{started.Text("id")}", 200))
            .Text("status") == "completed", "the import ends");
        return task.GetProperty("result").GetProperty("failedCount").GetInt32();
    }

    private async Task SetAsync(string tenant, string overrides) => await (await gateway.Client("platform_admin").SendAsync(
        "PUT", $"/internal/v1/tenants/{tenant}", $$"""{"tier":"enterprise","overrides":{{overrides}}}""")).ShouldBeAsync(200);
}
