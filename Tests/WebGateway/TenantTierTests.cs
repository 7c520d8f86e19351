namespace AgentManagement.Tests.WebGateway;

/// <summary>PUT /internal/v1/tenants/{tenant}: what the platform sets goes before what tokens claim, and takes nothing away.</summary>
[Collection(typeof(GatewayTests))]
public sealed class TenantTierTests(Gateway gateway)
{
    [Fact]
    public async Task What_is_set_goes_before_the_token_and_is_audited()
    {
        var tenant = Gateway.NewTenant();
        var client = gateway.Client(tenant: tenant, tier: "enterprise");
        Assert.Equal("enterprise", (await client.GetAsync("/api/v1/tenant", 200)).Text("tier"));

        var set = await SetAsync(tenant, """{"tier":"free","overrides":{"agents":7,"models":["x/*"]}}""");
        Assert.True(set.GetProperty("applied").GetBoolean());
        var seen = await client.GetAsync("/api/v1/tenant", 200);
        Assert.Equal(("free", 7, """["x/*"]"""), (seen.Text("tier"), seen.GetProperty("limits").GetProperty("agents").GetInt32(),
            seen.GetProperty("limits").GetProperty("models").GetRawText()));
        Assert.Equal(1, seen.GetProperty("revision").GetInt32());
        await SetAsync(tenant, """{"tier":"free","overrides":{"agents":7,"models":["x/*"]}}""");
        var log = (await client.GetAsync("/api/v1/audit", 200)).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(("tenant_updated", "free", "platform_admin", "root"),
            (Assert.Single(log).Text("kind"), log[0].Text("status"), log[0].Text("role"), log[0].Text("actor")));
    }

    [Theory]
    [InlineData("""{"tier":"golden"}""", "unknown_tier", "/tier")]
    [InlineData("""{"tier":"free","overrides":{"agent":1}}""", "unknown_field", "/overrides/agent")]
    [InlineData("""{"tier":"free","overrides":{"agents":-1}}""", "out_of_range", "/overrides/agents")]
    [InlineData("""{"tier":"free","overrides":{"agents":null}}""", "out_of_range", "/overrides/agents")]
    [InlineData("""{"tier":"free","overrides":{"models":"all"}}""", "out_of_range", "/overrides/models")]
    [InlineData("""{"tier":"free","overrides":[]}""", "wrong_type", "/overrides")]
    [InlineData("""{"tier":"free","more":1}""", "unknown_field", "/more")]
    public async Task What_is_no_tier_is_refused(string body, string code, string pointer) =>
        Assert.Contains((code, pointer),
            (await (await Platform().SendAsync("PUT", Path(Gateway.NewTenant()), body)).ShouldBeProblemAsync(422, "invalid_content"))
            .Errors());

    [Theory, InlineData("viewer"), InlineData("editor"), InlineData("admin"), InlineData("service")]
    public async Task Nobody_else_sets_tiers_not_even_the_tenants_own(string role)
    {
        var tenant = Gateway.NewTenant();
        await (await gateway.Client(role, tenant).SendAsync("PUT", Path(tenant), """{"tier":"enterprise"}"""))
            .ShouldBeProblemAsync(403, "permission_denied");
        await (await gateway.Anonymous().SendAsync("PUT", Path(tenant), """{"tier":"enterprise"}"""))
            .ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task The_platforms_administrator_sees_nothing_of_what_tenants_have()
    {
        foreach (var (method, path, body, permission) in Routes.All.Where(route =>
            route.Permission is not ("tenants:manage" or "refusals:read" or Routes.AnyCaller)))
        {
            await (await Platform().SendAsync(method, path.Replace("{id}", "bot"), body)).ShouldBeProblemAsync(403, "permission_denied");
        }
    }

    [Fact]
    public async Task MAX_AGENTS_PER_TENANT_caps_overrides_too()
    {
        var set = await SetAsync(Gateway.NewTenant(), """{"tier":"free","overrides":{"agents":5000,"activeAgents":5000}}""");
        Assert.Equal(50, set.GetProperty("tenant").GetProperty("limits").GetProperty("agents").GetInt32());
    }

    [Fact]
    public async Task A_downgrade_is_foretold_loses_nothing_and_an_upgrade_brings_everything_back()
    {
        var tenant = Gateway.NewTenant();
        await SetAsync(tenant, """{"tier":"enterprise"}""");
        var client = gateway.Client("admin", tenant);
        for (var number = 0; number < 40; number++)
        {
            var tools = string.Join(',', Enumerable.Range(0, number < 4 ? 6 : 2).Select(tool => $$"""{"id":"tool-{{tool}}"}"""));
            var model = number < 10 ? """{"provider":"openai","id":"gpt-5"}""" : """{"provider":"openai","id":"gpt-5-mini"}""";
            await client.CreateAsync(
                $$$"""{"id":"bot-{{{number:00}}}","name":"Bot","type":"rag","config":{"model":{{{model}}},"instructions":{"template":"Help."},"tools":[{{{tools}}}]}}""");
            if (number % 2 == 0) await (await client.SendAsync("POST", $"{Api.Agents}/bot-{number:00}/activate")).ShouldBeAsync(200);
        }
        var before = await ExportAsync(client);

        var preview = await SetAsync(tenant, """{"tier":"free"}""", "?dryRun=true");
        Assert.False(preview.GetProperty("applied").GetBoolean());
        Assert.Equal("enterprise", (await client.GetAsync("/api/v1/tenant", 200)).Text("tier"));
        var excesses = preview.GetProperty("excesses").EnumerateArray().ToDictionary(excess => excess.Text("limit"));
        Assert.Equal(["activeAgents", "agents", "models", "tools"], excesses.Keys.Order());
        Assert.Equal((3, 40), (excesses["agents"].GetProperty("allowed").GetInt32(), excesses["agents"].GetProperty("used").GetInt32()));
        Assert.Equal((1, 20), (excesses["activeAgents"].GetProperty("allowed").GetInt32(), excesses["activeAgents"].GetProperty("used")
            .GetInt32()));
        Assert.Equal((5, 6, 4), (excesses["tools"].GetProperty("allowed").GetInt32(), excesses["tools"].GetProperty("used").GetInt32(),
            excesses["tools"].GetProperty("agentCount").GetInt32()));
        Assert.Equal("""["bot-00","bot-01","bot-02","bot-03"]""", excesses["tools"].GetProperty("agentIds").GetRawText());
        Assert.Equal(10, excesses["models"].GetProperty("agentCount").GetInt32());

        Assert.Equal(
            preview.GetProperty("excesses").GetRawText(), (await SetAsync(tenant, """{"tier":"free"}""")).GetProperty("excesses")
                .GetRawText());
        Assert.Equal(before, await ExportAsync(client));
        var refused = await (await client.SendAsync("POST", Api.Agents, Api.Content())).ShouldBeProblemAsync(409, "quota_exceeded");
        Assert.Contains("allows 3 agents; archive one or change the tier", refused.Text("detail"));
        await (await client.SendAsync("POST", $"{Api.Agents}/bot-11/activate")).ShouldBeProblemAsync(409, "quota_exceeded");
        await (await client.SendAsync("PATCH", $"{Api.Agents}/bot-00", """{"name":"New"}""")).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal("active", (await client.GetAsync($"{Api.Agents}/bot-00", 200)).Text("status"));
        // What leads back under the limits is not in the way of them.
        await (await client.SendAsync("POST", $"{Api.Agents}/bot-00/deactivate")).ShouldBeAsync(200);

        await SetAsync(tenant, """{"tier":"enterprise"}""");
        await (await client.SendAsync("POST", $"{Api.Agents}/bot-00/activate")).ShouldBeAsync(200);
        Assert.Equal(WithoutVersions(before), WithoutVersions(await ExportAsync(client)));
        await client.CreateAsync();
    }

    private async Task<JsonElement> SetAsync(string tenant, string body, string query = "") =>
        await (await Platform().SendAsync("PUT", Path(tenant) + query, body)).ShouldBeAsync(200);

    private HttpClient Platform() => gateway.Client("platform_admin", "platform", subject: "root");

    private static string Path(string tenant) => $"/internal/v1/tenants/{tenant}";

    private static async Task<string> ExportAsync(HttpClient client) =>
        await (await client.SendAsync("GET", "/api/v1/export")).Content.ReadAsStringAsync();

    private static IEnumerable<string> WithoutVersions(string export) => export.Split('\n').Select(line => line.Split(",\"version\"")[0]);
}
