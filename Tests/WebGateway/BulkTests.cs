namespace AgentManagement.Tests.WebGateway;

/// <summary>The same for many agents.</summary>
[Collection(typeof(GatewayTests))]
public sealed class BulkTests(Gateway gateway)
{
    private const string Bulk = $"{Api.Agents}/bulk";

    [Fact]
    public async Task Each_of_a_list_is_told_what_came_of_it()
    {
        var client = gateway.Client();
        await client.CreateAsync(Api.Content(id: "one"));
        await client.CreateAsync(Api.Content(id: "two"));
        await client.CreateAsync("""{"id":"bare","name":"Bare","type":"rag","config":{}}""");
        await (await client.SendAsync("POST", $"{Api.Agents}/two/activate")).ShouldBeAsync(200);

        var result = await RunAsync(client, """{"action":"activate","ids":["one","two","bare","absent","one"],"note":"season"}""");

        Assert.Equal("one:changed:2 two:unchanged:2 bare:refused: absent:refused:", Results(result));
        Assert.Equal(("activate", 1, 1, 2), (result.Text("action"), result.GetProperty("changed").GetInt32(),
            result.GetProperty("unchanged").GetInt32(), result.GetProperty("refused").GetInt32()));
        var refused = result.GetProperty("items").EnumerateArray().Where(item => item.Text("outcome") == "refused").ToList();
        Assert.StartsWith("/config", refused[0].Text("pointer"), StringComparison.Ordinal);
        Assert.Equal("not_found", refused[1].Text("code"));
        Assert.Equal("season", (await client.GetAsync($"{Api.Agents}/one/versions", 200)).GetProperty("items")[0].Text("note"));
    }

    [Fact]
    public async Task A_filter_finds_the_agents_and_a_patch_changes_them()
    {
        var client = gateway.Client();
        await client.CreateAsync(Api.Content(id: "one", tags: """["a"]"""));
        await client.CreateAsync(Api.Content(id: "two", tags: """["a"]"""));
        await client.CreateAsync(Api.Content(id: "three", tags: """["b"]"""));
        const string body = """{"action":"patch","filter":{"tags":["A"]},"patch":{"config":{"model":{"id":"gpt-5"}}}}""";

        Assert.Equal("one:changed:2 two:changed:2", Results(await RunAsync(client, body, "?dryRun=true")));
        Assert.Equal(1, (await client.GetAsync($"{Api.Agents}/one", 200)).GetProperty("version").GetInt32());
        Assert.Equal("one:changed:2 two:changed:2", Results(await RunAsync(client, body)));
        Assert.Equal("one:unchanged:2 two:unchanged:2", Results(await RunAsync(client, body)));
        Assert.Equal(["gpt-5-mini", "gpt-5", "gpt-5"], (await client.GetAsync($"{Api.Agents}?sort=-createdAt", 200)).GetProperty("items")
            .EnumerateArray().Select(agent => agent.Text("model").Split('/')[1]));
    }

    [Fact]
    public async Task What_is_archived_comes_back_and_whoever_may_not_is_refused_before_anything_begins()
    {
        var tenant = Gateway.NewTenant();
        var client = gateway.Client(tenant: tenant);
        await client.CreateAsync(Api.Content(id: "one"));
        Assert.Equal("one:changed:2", Results(await RunAsync(client, """{"action":"archive","filter":{}}""")));
        Assert.Equal("", Results(await RunAsync(client, """{"action":"archive","filter":{}}""")));
        Assert.Equal("one:changed:3", Results(await RunAsync(client, """{"action":"restore","filter":{"status":"archived"}}""")));

        var key = await (await gateway.Client("admin", tenant).SendAsync(
            "POST", "/api/v1/api-keys", """{"name":"ci","permissions":["agents:read","agents:write"]}""")).ShouldBeAsync(201);
        var writer = gateway.Anonymous();
        writer.DefaultRequestHeaders.Authorization = new("Bearer", key.Text("secret"));
        Assert.Equal("one:changed:4", Results(await RunAsync(writer, """{"action":"patch","ids":["one"],"patch":{"name":"One"}}""")));
        foreach (var (action, permission) in ((string, string)[])[("activate", "agents:activate"), ("archive", "agents:delete")])
        {
            var problem = await (await writer.SendAsync("POST", Bulk, $$"""{"action":"{{action}}","ids":["one"]}"""))
                .ShouldBeProblemAsync(403, "permission_denied");
            Assert.Contains(permission, problem.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Anothers_agents_are_not_there()
    {
        await gateway.Client().CreateAsync(Api.Content(id: "theirs"));
        var client = gateway.Client();
        Assert.Equal("theirs:refused:", Results(await RunAsync(client, """{"action":"archive","ids":["theirs"]}""")));
        Assert.Equal("", Results(await RunAsync(client, """{"action":"archive","filter":{}}""")));
    }

    [Theory]
    [InlineData("""{"action":"purge","ids":["a"]}""")]
    [InlineData("""{"action":"activate"}""")]
    [InlineData("""{"action":"activate","ids":[]}""")]
    [InlineData("""{"action":"activate","ids":["a"],"filter":{}}""")]
    [InlineData("""{"action":"activate","ids":["../b"]}""")]
    [InlineData("""{"action":"activate","ids":["a"],"patch":{}}""")]
    [InlineData("""{"action":"patch","ids":["a"]}""")]
    [InlineData("""{"action":"activate","filter":{"tenant":"other"}}""")]
    public async Task What_cannot_be_meant_is_refused(string body) =>
        await (await gateway.Client().SendAsync("POST", Bulk, body)).ShouldBeProblemAsync(422, "invalid_content");

    private static async Task<JsonElement> RunAsync(HttpClient client, string body, string query = "")
    {
        var task = await (await client.SendAsync("POST", Bulk + query, body)).ShouldBeAsync(202);
        return (await TaskTests.EndedAsync(client, task.Text("id"))).GetProperty("result");
    }

    private static string Results(JsonElement result) => string.Join(' ', result.GetProperty("items").EnumerateArray()
        .Select(item => $"{item.Text("id")}:{item.Text("outcome")}:{item.GetProperty("version")}"));
}
