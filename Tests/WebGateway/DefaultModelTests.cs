using System.Security.Cryptography;
using System.Text;

namespace AgentManagement.Tests.WebGateway;

/// <summary>Agents that name no model run on their tenant's.</summary>
[Collection(typeof(GatewayTests))]
public sealed class DefaultModelTests(Gateway gateway)
{
    private const string Bare = """{"id":"bare","name":"Bare","type":"rag","config":{"instructions":{"template":"Help."}}}""";

    private const string Inheriting = """
        {"id":"heir","name":"Heir","type":"rag","config":{"model":{"inherit":true,"params":{"temperature":0.70}},"instructions":{"template":"Help."}}}
        """;

    [Fact]
    public async Task An_agent_without_a_model_goes_live_only_where_the_tenant_has_one()
    {
        var (tenant, client) = Tenant();
        foreach (var body in (string[])[Bare, Inheriting])
        {
            var warned = await client.CreateAsync(body);
            Assert.Contains(warned.GetProperty("warnings").EnumerateArray(), issue => issue.Text("pointer") == "/config/model");
            var problem = await (await client.SendAsync("POST", $"{Api.Agents}/{warned.Text("id")}/activate"))
                .ShouldBeProblemAsync(422, "invalid_content");
            Assert.Equal([("required_for_activation", "/config/model")], problem.Errors());
        }
        await SetAsync(tenant, "openai", "gpt-5-mini");
        var settings = (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("settings");
        Assert.Equal("gpt-5-mini", settings.GetProperty("defaultModel").Text("id"));
        foreach (var id in (string[])["bare", "heir"])
        {
            await (await client.SendAsync("POST", $"{Api.Agents}/{id}/activate")).ShouldBeAsync(200);
        }
        // What it is made of stays what its editors wrote.
        Assert.False((await client.GetAsync($"{Api.Agents}/bare", 200)).GetProperty("config").TryGetProperty("model", out _));
        var found = await (await client.SendAsync("POST", $"{Api.Agents}/validate", Bare)).ShouldBeAsync(200);
        Assert.DoesNotContain(found.GetProperty("issues").EnumerateArray(), issue => issue.Text("pointer") == "/config/model");
    }

    [Fact]
    public async Task A_configuration_is_resolved_with_where_it_comes_from_and_one_hash()
    {
        var (tenant, client) = Tenant();
        foreach (var body in (string[])[Bare, Inheriting, Api.Content(id: "own")]) await client.CreateAsync(body);
        var service = gateway.Client("service", tenant);
        var before = await ReadAsync("heir");
        Assert.Equal("{}", before.GetProperty("provenance").GetRawText());
        Assert.True(before.GetProperty("config").GetProperty("model").GetProperty("inherit").GetBoolean());

        await SetAsync(tenant, "anthropic", "claude-5");
        var heir = await ReadAsync("heir");
        Assert.Equal("""{"provider":"anthropic","id":"claude-5","params":{"temperature":0.70}}""",
            heir.GetProperty("config").GetProperty("model").GetRawText());
        Assert.Equal("""{"/model/id":"tenant","/model/provider":"tenant"}""", heir.GetProperty("provenance").GetRawText());
        Assert.Equal("claude-5", (await ReadAsync("bare")).GetProperty("config").GetProperty("model").Text("id"));
        Assert.Equal("{}", (await ReadAsync("own")).GetProperty("provenance").GetRawText());
        var resolved = await (await service.SendAsync(
            "POST", $"/internal/v1/tenants/{tenant}/resolve", """{"ids":["own","heir","bare"]}""")).ShouldBeAsync(200);
        Assert.Equal(["gpt-5-mini", "claude-5", "claude-5"], resolved.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("config").GetProperty("model").Text("id")));

        async Task<JsonElement> ReadAsync(string id)
        {
            var read = await service.GetAsync($"/internal/v1/tenants/{tenant}/agents/{id}/config", 200);
            Assert.Equal(read.Text("hash"),
                $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(read.GetProperty("config").GetRawText())))}");
            return read;
        }
    }

    [Fact]
    public async Task Whoever_keeps_a_configuration_hears_that_the_default_changed()
    {
        var (tenant, client) = Tenant();
        await client.CreateAsync(Bare);
        await client.CreateAsync(Api.Content(id: "own"));
        await SetAsync(tenant, "openai", "gpt-5-mini");
        var service = gateway.Client("service", tenant);
        var first = (await service.SendAsync("GET", Path("bare"))).Headers.ETag!.ToString();
        var own = (await service.SendAsync("GET", Path("own"))).Headers.ETag!.ToString();
        Assert.Equal(304, await StatusAsync("bare", first));
        await SetAsync(tenant, "openai", "gpt-5");
        Assert.Equal(200, await StatusAsync("bare", first));
        Assert.Equal((304, "\"1\""), (await StatusAsync("own", own), own));

        string Path(string id) => $"/internal/v1/tenants/{tenant}/agents/{id}/config";
        async Task<int> StatusAsync(string id, string tag) =>
            (int)(await service.SendAsync("GET", Path(id), null, ("If-None-Match", tag))).StatusCode;
    }

    [Fact]
    public async Task A_default_that_the_tier_does_not_have_is_refused_and_one_that_it_lost_activates_nothing()
    {
        var (tenant, client) = Tenant();
        await client.CreateAsync(Bare);
        var problem = await (await Platform().SendAsync("PUT", $"/internal/v1/tenants/{tenant}",
            """{"tier":"free","settings":{"defaultModel":{"provider":"nobody","id":"none"}}}""")).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal([("tier_model", "/settings/defaultModel/id")], problem.Errors());
        await (await Platform().SendAsync("PUT", $"/internal/v1/tenants/{tenant}",
            """{"tier":"free","settings":{"defaultModel":{"provider":"openai"}}}""")).ShouldBeProblemAsync(422, "invalid_content");
        await SetAsync(tenant, "openai", "gpt-5-mini");
        // A PUT says all of it: what is left out is set no more.
        await (await Platform().SendAsync("PUT", $"/internal/v1/tenants/{tenant}", """{"tier":"enterprise"}""")).ShouldBeAsync(200);
        var settings = (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("settings");
        Assert.Equal(JsonValueKind.Null, settings.GetProperty("defaultModel").ValueKind);
        await (await client.SendAsync("POST", $"{Api.Agents}/bare/activate")).ShouldBeProblemAsync(422, "invalid_content");
    }

    private (string Tenant, HttpClient Client) Tenant()
    {
        var tenant = Gateway.NewTenant();
        return (tenant, gateway.Client(tenant: tenant));
    }

    private HttpClient Platform() => gateway.Client("platform_admin", "platform");

    private async Task SetAsync(string tenant, string provider, string id) => await (await Platform().SendAsync(
        "PUT", $"/internal/v1/tenants/{tenant}",
        """{"tier":"enterprise","settings":{"defaultModel":{"provider":"PROVIDER","id":"ID"}}}"""
            .Replace("PROVIDER", provider, StringComparison.Ordinal).Replace("ID", id, StringComparison.Ordinal))).ShouldBeAsync(200);
}
