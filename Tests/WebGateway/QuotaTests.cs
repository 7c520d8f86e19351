namespace AgentManagement.Tests.WebGateway;

/// <summary>Each quota of a tenant, at it and one over it, by every way in which something comes to be counted.</summary>
[Collection(typeof(GatewayTests))]
public sealed class QuotaTests(Gateway gateway)
{
    private const string Instantiate = "/api/v1/templates/knowledge_base/instantiate";
    private const string Made = """{"name":"Made","variables":{"organization":"Acme","collection":"docs"}}""";

    [Fact]
    public async Task The_number_of_agents_holds_for_every_way_of_making_one()
    {
        var client = await TenantAsync("""{"agents":2}""");
        await client.CreateAsync(Api.Content(id: "one"));
        await client.CreateAsync(Api.Content(id: "two"));

        await RefusedAsync("POST", Api.Agents, Api.Content());
        await RefusedAsync("PUT", $"{Api.Agents}/three", Api.Content());
        await RefusedAsync("POST", $"{Api.Agents}/one/clone", """{"name":"Copy"}""");
        await RefusedAsync("POST", Instantiate, Made);
        Assert.Equal("quota_exceeded", await ImportAsync(client, Api.Content(id: "three")));
        await (await client.SendAsync("DELETE", $"{Api.Agents}/one")).ShouldBeAsync(204);
        await (await client.SendAsync("POST", Instantiate, Made)).ShouldBeAsync(201);
        await RefusedAsync("POST", $"{Api.Agents}/one/restore", null);
        await (await client.SendAsync("DELETE", $"{Api.Agents}/two")).ShouldBeAsync(204);
        await (await client.SendAsync("POST", $"{Api.Agents}/one/restore")).ShouldBeAsync(200);
        Assert.Equal(2, (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("usage").GetProperty("agents").GetInt32());

        Task RefusedAsync(string method, string path, string? body) =>
            ShouldRefuseAsync(client, method, path, body, "agents_limit", "allows 2 agents");
    }

    [Fact]
    public async Task The_number_of_active_agents_holds()
    {
        var client = await TenantAsync("""{"activeAgents":1}""");
        foreach (var id in new[] { "one", "two" }) await client.CreateAsync(Api.Content(id: id));
        await (await client.SendAsync("POST", $"{Api.Agents}/one/activate")).ShouldBeAsync(200);
        await ShouldRefuseAsync(client, "POST", $"{Api.Agents}/two/activate", null, "active_agents_limit", "allows 1 active agents");
        await (await client.SendAsync("POST", $"{Api.Agents}/one/deactivate")).ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{Api.Agents}/two/activate")).ShouldBeAsync(200);
    }

    [Fact]
    public async Task The_creations_of_a_day_hold_for_every_way_of_making_one_whatever_was_removed()
    {
        var client = await TenantAsync("""{"createsPerDay":2}""");
        await client.CreateAsync(Api.Content(id: "one"));
        await (await client.SendAsync("POST", Instantiate, Made)).ShouldBeAsync(201);
        await (await client.SendAsync("DELETE", $"{Api.Agents}/one")).ShouldBeAsync(204);
        await (await client.SendAsync("DELETE", $"{Api.Agents}/one?purge=true")).ShouldBeAsync(204);
        foreach (var (method, path, body) in new[] { ("POST", Api.Agents, Api.Content()), ("PUT", $"{Api.Agents}/three", Api.Content()),
            ("POST", Instantiate, Made) })
        {
            await ShouldRefuseAsync(client, method, path, body, "creates_per_day_limit", "allows 2 new agents a day");
        }
        Assert.Equal("quota_exceeded", await ImportAsync(client, Api.Content(id: "three")));
    }

    private static async Task ShouldRefuseAsync(HttpClient client, string method, string path, string? body, string code, string figure)
    {
        var problem = await (await client.SendAsync(method, path, body)).ShouldBeProblemAsync(409, "quota_exceeded");
        Assert.Equal(code, problem.GetProperty("errors")[0].Text("code"));
        Assert.Contains(figure, problem.Text("detail"), StringComparison.Ordinal);
    }

    private static async Task<string> ImportAsync(HttpClient client, string line)
    {
        var started = await (await client.SendAsync("POST", Api.Import, line + "\n")).ShouldBeAsync(202);
        JsonElement task = default;
        await Await.Until(async () => (task = await client.GetAsync($"{Api.Tasks}/{started.Text("id")}", 200))
            .Text("status") == "completed", "the import ends");
        return Assert.Single(task.GetProperty("result").GetProperty("failed").EnumerateArray()).Text("code");
    }

    private async Task<HttpClient> TenantAsync(string overrides)
    {
        var tenant = Gateway.NewTenant();
        await (await gateway.Client("platform_admin").SendAsync(
            "PUT", $"/internal/v1/tenants/{tenant}", $$"""{"tier":"enterprise","overrides":{{overrides}}}""")).ShouldBeAsync(200);
        return gateway.Client("admin", tenant);
    }
}
