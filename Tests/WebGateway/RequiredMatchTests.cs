namespace AgentManagement.Tests.WebGateway;

/// <summary>Where it is asked for, nobody changes what is there without naming the version.</summary>
[Collection(typeof(GatewayTests))]
public sealed class RequiredMatchTests(Gateway gateway)
{
    private static readonly (string Name, string Value) Asked = ("Prefer", "if-match=required");

    public static TheoryData<string, string> Writes => [.. Routes.OfOneAgent
        .Where(route => route.Method != "GET" && !route.Path.EndsWith("clone", StringComparison.Ordinal)
            && !route.Path.EndsWith("upgrade", StringComparison.Ordinal))
        .Select(route => (route.Method, route.Path))];

    [Theory, MemberData(nameof(Writes))]
    public async Task A_tenant_can_require_it_of_every_write(string method, string path)
    {
        var tenant = Gateway.NewTenant();
        var client = gateway.Client("admin", tenant);
        await client.CreateAsync(Api.Content(id: "bot"));
        await RequireAsync(tenant, true);
        var (at, body) = (path.Replace("{id}", "bot", StringComparison.Ordinal), Routes.Find(method, path).Body);

        var refused = await client.SendAsync(method, at, body);
        Assert.Equal("if_match_required", (await refused.ShouldBeAsync(428)).Text("code"));
        Assert.Equal("\"1\"", refused.Headers.ETag?.ToString());
        Assert.Equal(1, (await client.GetAsync($"{Api.Agents}/bot", 200)).GetProperty("version").GetInt32());

        var named = await client.SendAsync(method, at, body, ("If-Match", "\"1\""));
        Assert.NotEqual(428, (int)named.StatusCode);
        await RequireAsync(tenant, false);
        Assert.NotEqual(428, (int)(await client.SendAsync(method, at, body)).StatusCode);
    }

    [Fact]
    public async Task What_is_new_needs_none_and_neither_do_templates_that_are()
    {
        var tenant = Gateway.NewTenant();
        var client = gateway.Client("admin", tenant);
        await RequireAsync(tenant, true);
        Assert.True((await client.GetAsync("/api/v1/tenant", 200)).GetProperty("settings").GetProperty("requireIfMatch").GetBoolean());
        await client.CreateAsync(Api.Content(id: "one"));
        await (await client.SendAsync("PUT", $"{Api.Agents}/two", Api.Content())).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", $"{Api.Agents}/two?dryRun=true", Api.Content("New"))).ShouldBeAsync(200);
        await (await client.SendAsync("POST", Api.Agents, Api.Content(id: "one"))).ShouldBeProblemAsync(409, "duplicate_id");
        const string Template = """{"name":"T","type":"rag","config":{}}""";
        await (await client.SendAsync("PUT", "/api/v1/templates/house", Template)).ShouldBeAsync(201);
        foreach (var method in (string[])["PUT", "DELETE"])
        {
            var refused = await client.SendAsync(method, "/api/v1/templates/house", method == "PUT" ? Template : null);
            Assert.Equal("if_match_required", (await refused.ShouldBeAsync(428)).Text("code"));
        }
        await (await client.SendAsync("DELETE", "/api/v1/templates/house", null, ("If-Match", "\"1\""))).ShouldBeAsync(204);
    }

    [Fact]
    public async Task A_client_can_require_it_of_itself()
    {
        var client = gateway.Client("admin");
        var path = await client.CreatePathAsync();
        Assert.Equal("if_match_required", (await (await client.SendAsync("PATCH", path, """{"name":"New"}""", Asked)).ShouldBeAsync(428))
            .Text("code"));
        await (await client.SendAsync("PATCH", path, """{"name":"New"}""", Asked, ("If-Match", "\"1\""))).ShouldBeAsync(200);
        await (await client.SendAsync("PUT", $"{Api.Agents}/other", Api.Content(), Asked)).ShouldBeAsync(201);
    }

    private async Task RequireAsync(string tenant, bool isRequired) =>
        await (await gateway.Client("platform_admin", "platform").SendAsync("PUT", $"/internal/v1/tenants/{tenant}",
            $$"""{"tier":"enterprise","settings":{"requireIfMatch":{{(isRequired ? "true" : "false")}} } }""")).ShouldBeAsync(200);
}
