namespace AgentManagement.Tests.WebGateway;

/// <summary>Which versions services get that ask for no label.</summary>
[Collection(typeof(GatewayTests))]
public sealed class DefaultLabelTests(Gateway gateway)
{
    private readonly string _tenant = Gateway.NewTenant();

    [Fact]
    public async Task Whoever_asks_for_no_label_gets_the_tenants_once_it_is_set()
    {
        var (admin, service) = (gateway.Client("admin", _tenant), gateway.Client("service", _tenant));
        await admin.SendAsync("PUT", "/api/v1/agents/bot", Api.Content(text: "First"));
        await admin.SendAsync("PUT", "/api/v1/agents/bot", Api.Content(text: "Second"));
        await admin.SendAsync("PUT", "/api/v1/agents/draft", Api.Content());
        await (await SetAsync("production")).ShouldBeProblemAsync(422, "invalid_content");
        await (await admin.SendAsync("PUT", "/api/v1/labels/production", "{}")).ShouldBeAsync(201);
        await (await admin.SendAsync("PUT", "/api/v1/agents/bot/labels/production", """{"version":1}""")).ShouldBeAsync(200);
        Assert.Equal((2, null), await ReadAsync(""));

        await (await SetAsync("production")).ShouldBeAsync(200);
        Assert.Equal("production", (await admin.GetAsync("/api/v1/tenant", 200)).GetProperty("settings").Text("defaultLabel"));
        await Await.Until(async () => await ReadAsync("") == (1, "production"), "gateways know it");
        Assert.Equal((2, null), await ReadAsync("?label=latest"));
        Assert.Equal((2, null), await ReadAsync("?version=2"));
        await (await service.SendAsync("GET", Config("draft", ""))).ShouldBeAsync(404);
        var resolved = await ResolveAsync("""{"ids":["bot","draft"]}""");
        Assert.Equal(("""["draft"]""", 1), (resolved.GetProperty("missing").GetRawText(), VersionOf(resolved.GetProperty("items")[0])));
        resolved = await ResolveAsync("""{"ids":["bot","draft"],"label":"latest"}""");
        Assert.Equal([2, 1], resolved.GetProperty("items").EnumerateArray().Select(VersionOf));

        await (await SetAsync("latest")).ShouldBeAsync(200);
        var settings = (await admin.GetAsync("/api/v1/tenant", 200)).GetProperty("settings");
        Assert.Equal(JsonValueKind.Null, settings.GetProperty("defaultLabel").ValueKind);
        await Await.Until(async () => await ReadAsync("") == (2, null), "gateways know that there is none");

        Task<HttpResponseMessage> SetAsync(string label) => gateway.Client("platform_admin").SendAsync(
            "PUT", $"/internal/v1/tenants/{_tenant}", $$$"""{"tier":"enterprise","settings":{"defaultLabel":"{{{label}}}"}}""");

        string Config(string id, string query) => $"/internal/v1/tenants/{_tenant}/agents/{id}/config{query}";

        async Task<(int, string?)> ReadAsync(string query)
        {
            var answer = await service.GetAsync(Config("bot", query), 200);
            return (VersionOf(answer), answer.TryGetProperty("label", out var label) ? label.GetString() : null);
        }

        async Task<JsonElement> ResolveAsync(string body) =>
            await (await service.SendAsync("POST", $"/internal/v1/tenants/{_tenant}/resolve", body)).ShouldBeAsync(200);

        static int VersionOf(JsonElement item) => item.GetProperty("version").GetInt32();
    }
}
