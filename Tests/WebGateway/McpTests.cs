using System.Net.Http.Headers;
using System.Text;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentManagement.Tests.WebGateway;

/// <summary>The endpoint of the Model Context Protocol, by the client of its SDK.</summary>
[Collection(typeof(GatewayTests))]
public sealed class McpTests(Gateway gateway)
{
    private const string Endpoint = "/mcp";

    private static readonly string[] ReadTools =
    [
        "list_agents", "get_agent", "list_versions", "compare_versions", "validate_agent", "list_templates", "get_template", "get_tenant",
    ];

    [Fact]
    public async Task A_reader_sees_what_reads_and_reads()
    {
        var tenant = Gateway.NewTenant();
        var editor = gateway.Client(tenant: tenant);
        await editor.CreateAsync(Api.Content(id: "bot"));
        await (await editor.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content(text: "Help well."))).ShouldBeAsync(200);
        await using var client = await ConnectAsync(gateway.Client("viewer", tenant));

        var tools = await client.ListToolsAsync();
        Assert.Equal(ReadTools, tools.Select(tool => tool.Name));
        Assert.All(tools, tool => Assert.True(tool.ProtocolTool.Annotations!.ReadOnlyHint));
        Assert.Equal("bot", (await CallAsync(client, "list_agents", new { q = "SUPPORT" })).GetProperty("items")[0].Text("id"));
        var agent = await CallAsync(client, "get_agent", new { id = "bot" });
        Assert.Equal((2, "Help well."), (agent.GetProperty("version").GetInt32(),
            agent.GetProperty("config").GetProperty("instructions").Text("template")));
        Assert.Equal(1, (await CallAsync(client, "get_agent", new { id = "bot", version = 1 })).GetProperty("version").GetInt32());
        Assert.Equal(2, (await CallAsync(client, "list_versions", new { id = "bot" })).GetProperty("items").GetArrayLength());
        var difference = (await CallAsync(client, "compare_versions", new { id = "bot", from = 1, to = 2 })).GetProperty("differences")[0];
        Assert.Equal("config.instructions.template", difference.Text("label"));
        Assert.False((await CallAsync(client, "validate_agent", new { content = new { name = "x" } })).GetProperty("valid").GetBoolean());
        Assert.Equal(3, (await CallAsync(client, "list_templates")).GetProperty("items").GetArrayLength());
        Assert.Equal("system", (await CallAsync(client, "get_template", new { template = "sales_assistant" })).Text("scope"));
        Assert.Equal(tenant, (await CallAsync(client, "get_tenant")).Text("id"));
    }

    [Fact]
    public async Task A_reader_changes_nothing_and_its_attempt_is_noted()
    {
        var tenant = Gateway.NewTenant();
        var editor = gateway.Client(tenant: tenant);
        await editor.CreateAsync(Api.Content(id: "bot"));
        await using var client = await ConnectAsync(gateway.Client("viewer", tenant, subject: "curious"));
        foreach (var (tool, permission) in ((string, string)[])
            [("patch_agent", "agents:write"), ("activate_agent", "agents:activate"), ("archive_agent", "agents:delete"),
                ("list_changes", "audit:read"), ("create_agent", "agents:write")])
        {
            var refused = await RefusedAsync(
                client, tool, new { id = "bot", patch = new { name = "Mine" }, dryRun = false, expectedVersion = 1 });
            Assert.Equal("permission_denied", refused.Text("code"));
            Assert.Contains(permission, refused.Text("detail"), StringComparison.Ordinal);
        }
        Assert.Equal(1, (await editor.GetAsync($"{Api.Agents}/bot", 200)).GetProperty("version").GetInt32());
        var admin = gateway.Client("admin", tenant);
        await Await.Until(async () => (await admin.GetAsync("/api/v1/audit/refusals", 200)).GetProperty("items").EnumerateArray()
            .Any(each => each.Text("subject") == "curious" && each.Text("operation") == "POST /mcp"), "the attempt is noted");
    }

    [Fact]
    public async Task A_write_tells_what_it_would_do_first_and_then_needs_the_version_that_was_read()
    {
        var http = gateway.Client(subject: "ann");
        await using var client = await ConnectAsync(http);
        var content = JsonNode.Parse(Api.Content(id: "bot"));

        var tried = await CallAsync(client, "create_agent", new { content });
        Assert.Equal(("agent_created", true), (tried.GetProperty("effect").Text("kind"), tried.GetProperty("valid").GetBoolean()));
        Assert.Equal(0, (await http.GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());
        var made = await CallAsync(client, "create_agent", new { content, dryRun = false, note = "by a model" });
        Assert.Equal("draft", made.Text("status"));

        var patch = new { name = "Renamed" };
        var effect = (await CallAsync(client, "patch_agent", new { id = "bot", patch })).GetProperty("effect");
        Assert.Equal(2, effect.GetProperty("version").GetInt32());
        var without = await RefusedAsync(client, "patch_agent", new { id = "bot", patch, dryRun = false });
        Assert.Equal(("invalid_content", "/expectedVersion"), (without.Text("code"), without.Errors().Single().Item2));
        var patched = await CallAsync(client, "patch_agent", new { id = "bot", patch, dryRun = false, expectedVersion = 1 });
        Assert.Equal("Renamed", patched.Text("name"));
        var late = await RefusedAsync(client, "replace_agent", new { id = "bot", content, dryRun = false, expectedVersion = 1 });
        Assert.Equal(("version_mismatch", 2), (late.Text("code"), late.GetProperty("currentVersion").GetInt32()));
        var live = await CallAsync(client, "activate_agent", new { id = "bot", dryRun = false, expectedVersion = 2 });
        Assert.Equal("active", live.Text("status"));
        var rolledBack = await CallAsync(client, "roll_back_agent", new { id = "bot", toVersion = 1, dryRun = false, expectedVersion = 3 });
        Assert.Equal("Support bot", rolledBack.Text("name"));
        await CallAsync(client, "deactivate_agent", new { id = "bot", dryRun = false, expectedVersion = 4, note = "quiet" });
        await CallAsync(client, "archive_agent", new { id = "bot", dryRun = false, expectedVersion = 5 });
        var derived = await CallAsync(client, "instantiate_template", new
        {
            template = "knowledge_base", name = "Library", variables = new { organization = "o", collection = "c" }, dryRun = false,
        });
        Assert.Equal("knowledge_base", derived.Text("templateId"));

        var versions = (await CallAsync(client, "list_versions", new { id = "bot" })).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(6, versions.Count);
        Assert.All(versions, version => Assert.Equal("ann", version.Text("actor")));
        Assert.Equal(("quiet", "by a model"), (versions[1].Text("note"), versions[5].Text("note")));
        Assert.Equal(7, (await CallAsync(client, "list_changes", new { limit = 200 })).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Agents_and_their_versions_are_resources_and_a_change_is_reviewed()
    {
        var http = gateway.Client();
        await http.CreateAsync(Api.Content(id: "bot_one"));
        await (await http.SendAsync("PUT", $"{Api.Agents}/bot_one", Api.Content(text: "Never refund."))).ShouldBeAsync(200);
        await using var client = await ConnectAsync(http);

        Assert.Equal(["schema://agent-content", "agent://bot_one"], (await client.ListResourcesAsync()).Select(resource => resource.Uri));
        Assert.Equal(
            ["agent://{id}", "agent://{id}/versions/{version}"],
            (await client.ListResourceTemplatesAsync()).Select(template => template.UriTemplate));
        Assert.Equal(2, (await ReadAsync("agent://bot_one")).GetProperty("version").GetInt32());
        Assert.Equal(1, (await ReadAsync("agent://bot_one/versions/1")).GetProperty("version").GetInt32());
        Assert.Equal("object", (await ReadAsync("schema://agent-content")).Text("type"));

        Assert.Equal("review_change", Assert.Single(await client.ListPromptsAsync()).Name);
        var review = await client.GetPromptAsync("review_change", new Dictionary<string, object?> { ["id"] = "bot_one" });
        var text = Assert.IsType<TextContentBlock>(Assert.Single(review.Messages).Content).Text;
        Assert.Contains("Never refund.", text, StringComparison.Ordinal);
        Assert.Contains("from version 1 to version 2", text, StringComparison.Ordinal);

        async Task<JsonElement> ReadAsync(string uri) => JsonDocument.Parse(
            Assert.IsType<TextResourceContents>(Assert.Single((await client.ReadResourceAsync(uri)).Contents)).Text).RootElement;
    }

    [Fact]
    public async Task What_is_anothers_is_not_there_and_what_is_no_id_is_refused()
    {
        await gateway.Client().CreateAsync(Api.Content("Secret name", id: "theirs"));
        await using var client = await ConnectAsync(gateway.Client("admin"));
        foreach (var tool in (string[])["get_agent", "list_versions", "activate_agent", "archive_agent"])
        {
            var theirs = await RefusedAsync(client, tool, new { id = "theirs" });
            var missing = await RefusedAsync(client, tool, new { id = "absent" });
            Assert.Equal(("not_found", missing.Text("detail")), (theirs.Text("code"), theirs.Text("detail")));
        }
        foreach (var id in (string[])
            ["../theirs", "tenant-a/theirs", "THEIRS", "theirs\0", new('a', 5_000), "", "%2e%2e", "agent://theirs"])
        {
            Assert.Equal("invalid_content", (await RefusedAsync(client, "get_agent", new { id })).Text("code"));
            Assert.Equal("invalid_content", (await RefusedAsync(client, "get_template", new { template = id })).Text("code"));
        }
        foreach (var uri in (string[])
            ["agent://theirs", "agent://absent", "agent://theirs/versions/1", "agent://../theirs", "agent://",
                "file:///etc/passwd", "agent://theirs/versions/x", "agent://theirs/versions/1/2", "http://127.0.0.1/", "agent://a%00b"])
        {
            var refused = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.ReadResourceAsync(uri));
            Assert.Equal(McpErrorCode.ResourceNotFound, refused.ErrorCode);
            Assert.DoesNotContain("Secret", refused.Message, StringComparison.Ordinal);
        }
        foreach (var id in (string[])["theirs", "absent", "../x"])
        {
            await Assert.ThrowsAsync<McpProtocolException>(
                async () => await client.GetPromptAsync("review_change", new Dictionary<string, object?> { ["id"] = id }));
        }
        Assert.Equal(0, (await CallAsync(client, "list_agents")).GetProperty("total").GetInt32());
        Assert.Single(await client.ListResourcesAsync());
    }

    [Fact]
    public async Task Arguments_that_are_none_are_told_of_and_unknown_tools_are_not_called()
    {
        await using var client = await ConnectAsync(gateway.Client("admin"));
        Assert.Equal("invalid_content", (await RefusedAsync(client, "get_agent", new { })).Text("code"));
        Assert.Equal("/id", (await RefusedAsync(client, "get_agent", new { id = 5 })).Errors().Single().Item2);
        Assert.Equal("/tenant", (await RefusedAsync(client, "get_agent", new { id = "a", tenant = "other" })).Errors().Single().Item2);
        Assert.Equal("/limit", (await RefusedAsync(client, "list_agents", new { limit = 1_000 })).Errors().Single().Item2);
        Assert.Equal("invalid_cursor", (await RefusedAsync(client, "list_agents", new { cursor = "none" })).Text("code"));
        Assert.Equal("invalid_content", (await RefusedAsync(client, "create_agent", new { content = "text" })).Text("code"));
        Assert.False((await CallAsync(client, "create_agent", new { content = new { } })).GetProperty("valid").GetBoolean());
        Assert.Equal("/kind", (await RefusedAsync(client, "list_changes", new { kind = "agent_eaten" })).Errors().Single().Item2);
        await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallToolAsync("purge_agent"));
        await Assert.ThrowsAsync<McpProtocolException>(async () => await client.GetPromptAsync("purge"));
    }

    [Theory]
    [InlineData(""), InlineData("{"), InlineData("[]"), InlineData("null"), InlineData("""{"jsonrpc":"2.0"}"""), InlineData("\0\u0001")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["get_agent"]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_agent","arguments":"x"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"nothing/at_all"}""")]
    public async Task Garbage_is_refused_and_is_no_failure_of_the_service(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint) { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        var response = await gateway.Client("admin").SendAsync(request);
        Assert.InRange((int)response.StatusCode, 200, 499);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("Exception", answer, StringComparison.Ordinal);
        Assert.True((int)response.StatusCode >= 400 || answer.Contains("\"error\"", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task Without_a_token_there_is_nothing()
    {
        await (await gateway.Anonymous().SendAsync("POST", Endpoint, "{}")).ShouldBeProblemAsync(401, "unauthenticated");
        var bad = gateway.Anonymous();
        bad.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "no-token");
        await (await bad.SendAsync("POST", Endpoint, "{}")).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task Requests_count_against_the_tenants_rate()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { IsRateLimited = true });
        var http = service.CreateClient(tier: "free");
        await using var client = await ConnectAsync(http);
        await client.ListToolsAsync();
        var response = await http.SendAsync("GET", Api.Agents);
        var limit = int.Parse(response.Headers.GetValues("RateLimit-Limit").Single(), null);
        var left = int.Parse(response.Headers.GetValues("RateLimit-Remaining").Single(), null);
        // What the client asks when it connects counts, too.
        Assert.InRange(left, 0, limit - 3);
    }

    [Fact]
    public async Task It_can_be_turned_off()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { EnableMcp = false });
        await (await service.CreateClient().SendAsync("POST", Endpoint, "{}")).ShouldBeProblemAsync(404, "not_found");
    }

    private static Task<McpClient> ConnectAsync(HttpClient http) => McpClient.CreateAsync(new HttpClientTransport(
        new() { Endpoint = new(http.BaseAddress!, Endpoint), TransportMode = HttpTransportMode.StreamableHttp }, http));

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, object? arguments = null)
    {
        var result = await client.CallToolAsync(tool, Arguments(arguments));
        var text = Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
        Assert.False(result.IsError == true, text);
        var told = JsonDocument.Parse(text).RootElement;
        Assert.True(JsonElement.DeepEquals(told, result.StructuredContent!.Value));
        return told;
    }

    private static async Task<JsonElement> RefusedAsync(McpClient client, string tool, object arguments)
    {
        var result = await client.CallToolAsync(tool, Arguments(arguments));
        Assert.True(result.IsError);
        return JsonDocument.Parse(Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text).RootElement;
    }

    private static Dictionary<string, object?> Arguments(object? arguments) =>
        JsonSerializer.SerializeToElement(arguments ?? new { }).EnumerateObject()
            .ToDictionary(member => member.Name, member => (object?)member.Value);
}
